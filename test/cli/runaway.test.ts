import { afterEach, beforeEach, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.close());

const runaway = definition("runaway", "  - spin: { set: { a: '${ last(range(1e15)) }' } }");
const modest = definition("modest", "  - add: { set: { sum: '${ 1 + 2 }' } }");
/** More steps than the default allows, and no others. */
const twoMillion = "${ reduce range(2000000) as $i (0; . + 1) }";
const large = definition("large", `  - count: { set: { n: '${twoMillion}' } }`);

test("a runaway expression is an error of its execution, and of nothing else", async () => {
  const server = await place.serve();
  await place.file("runaway.yaml", runaway);
  await place.file("modest.yaml", modest);
  const several = Array.from({ length: 5 }, () => place.pawl(["run", "runaway.yaml"]));
  const others = await Promise.all(Array.from({ length: 5 }, () => place.pawl(["run", "modest.yaml"])));
  expect(others.map(({ code, stdout }) => [code, stdout])).toEqual(Array(5).fill([0, '{"sum":3}\n']));
  for (const { code, stderr } of await Promise.all(several)) {
    expect(code).toBe(1);
    expect(stderr).toContain("/errors/expression");
    expect(stderr).toContain('"expression-steps" is 1000000, and can be raised in the server\'s config.yaml');
  }
  expect(server.exitCode).toBeNull();
  expect((await place.pawl(["run", "modest.yaml"])).code).toBe(0);
});

test("what the bounds forbid is allowed where they are raised", async () => {
  await place.file("home/config.yaml", "expression-steps: 10_000_000\n");
  await place.file("large.yaml", large);
  await place.serve();
  expect(await place.pawl(["run", "large.yaml"])).toMatchObject({ code: 0, stdout: '{"n":2000000}\n' });
});

test("a flag raises a bound over the variable, and that over the file", async () => {
  await place.file("home/config.yaml", "expression-steps: 1_000\n");
  await place.file("large.yaml", large);
  const flags = ["--expression-steps", "10_000_000", "--expression-bytes=1024"];
  await place.serve(flags, { PAWL_EXPRESSION_STEPS: "1_000" });
  expect(await place.pawl(["run", "large.yaml"])).toMatchObject({ code: 0, stdout: '{"n":2000000}\n' });
  await place.file("long.yaml", definition("long", `  - add: { set: { text: '\${ "x" * 2000 }' } }`));
  expect((await place.pawl(["run", "long.yaml"])).stderr).toContain('"expression-bytes" is 1024');
});

test("an execution that went on under other bounds is followed under those, and goes on under today's", async () => {
  await place.file("home/config.yaml", "expression-steps: 10_000_000\n");
  await place.file(
    "pause.yaml",
    definition(
      "pause",
      [
        `  - count: { set: { n: '${twoMillion}' }, export: { as: .n } }`,
        "  - pause: { wait: { seconds: 1 } }",
        "  - last: { set: { n: '${ $context }' } }",
      ].join("\n"),
    ),
  );
  const first = await place.serve();
  expect((await place.pawl(["run", "pause.yaml", "--detach", "--id", "p"])).code).toBe(0);
  await untilWaiting("p");
  first.kill("SIGKILL");
  await first.exited;
  await place.file("home/config.yaml", "");
  await place.serve();
  expect(await place.pawl(["follow", "p"])).toMatchObject({ code: 0, stdout: '{"n":2000000}\n' });
});

test("a bound that is no number is refused", async () => {
  await place.file("home/config.yaml", "expression-depth: deep\n");
  const { code, stderr } = await place.pawl(["serve"]);
  expect(code).toBe(2);
  expect(stderr).toContain('Expected a whole number from 1 on, such as 5_000_000, got "deep"');
});

/** Until an execution waits for its timer. */
async function untilWaiting(id: string): Promise<void> {
  const events = place.start(["events", id, "--follow"]);
  let text = "";
  for await (const chunk of events.stdout) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("waiting")) break;
  }
  events.kill();
  await events.exited;
}
