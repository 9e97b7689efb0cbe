import { afterAll, beforeAll, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

const place = new Place();
beforeAll(async () => {
  await place.file("hello.yaml", definition("hello", '  - greet: { set: { greeting: "Hello ${ .name }" } }'));
  await place.file("long.yaml", definition("long", "  - nap: { wait: { hours: 1 } }"));
  await place.file(
    "bad.yaml",
    definition(
      "bad",
      "  - ok: { set: { a: 1 } }\n  - boom:\n      raise:\n        " +
        "error: { type: 'https://example.com/boom', status: 418, title: Teapot, detail: short }",
    ),
  );
  await place.serve();
  expect(await pawl("apply", "-f", "hello.yaml")).toEqual({
    code: 0,
    stdout: "workflow default/hello:1.0.0 created\n",
    stderr: "",
  });
});
afterAll(() => place.close());
const pawl = (...words: string[]) => place.pawl(words);

async function startLong(): Promise<string> {
  const { stdout } = await pawl("run", "long.yaml", "--detach");
  expect(stdout).toMatch(/^[A-Za-z0-9_-]{1,128}\n$/);
  return stdout.trim();
}

test("run prints the output and nothing else", async () => {
  const ran = await pawl("run", "hello", "--input", '{"name": "Ada"}');
  expect(ran).toEqual({ code: 0, stdout: '{"greeting":"Hello Ada"}\n', stderr: "" });
  expect(await pawl("run", "default/hello:1.0.0", "--set", "name=Ada")).toEqual(ran);
  expect(await place.pawl(["run", "./hello.yaml", "-i", "-"], { stdin: '{"name": "Ada"}' })).toEqual(ran);
  await place.file("ada.json", '{"name": "Ada"}');
  expect(await pawl("run", "hello", "-i", "@ada.json")).toEqual(ran);
  const text = await Bun.file(`${place.directory}/hello.yaml`).text();
  expect(await place.pawl(["run", "-", "--set", "name=Ada"], { stdin: text })).toEqual(ran);
});

test("run -o json prints the whole execution, with every key", async () => {
  const { stdout } = await pawl("run", "hello", "--set", "name=Ada", "-o", "json");
  const record = JSON.parse(stdout);
  expect(record).toMatchObject({
    status: "completed",
    workflow: "default/hello:1.0.0",
    input: { name: "Ada" },
    output: { greeting: "Hello Ada" },
    error: null,
  });
  expect(record.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Date.parse(record.endedAt)).toBeGreaterThanOrEqual(Date.parse(record.startedAt));
  const got = await pawl("get", "execution", record.id, "-o", "json");
  expect(JSON.parse(got.stdout)).toEqual(record);
  expect((await pawl("follow", record.id)).stdout).toBe('{"greeting":"Hello Ada"}\n');
});

test("a fault is told in full on stderr, and exits 1", async () => {
  const { stdout, stderr, code } = await pawl("run", "bad.yaml");
  expect([stdout, code]).toEqual(["", 1]);
  const id = /Execution (\S+) faulted/.exec(stderr)![1]!;
  expect(stderr).toBe(
    [
      `error: Execution ${id} faulted`,
      "  type:     https://example.com/boom",
      "  title:    Teapot",
      "  status:   418",
      "  detail:   short",
      "  instance: /do/1/boom",
      "  at:       bad.yaml:4",
      `Look further: pawl describe execution ${id}`,
      "",
    ].join("\n"),
  );
  expect((await pawl("follow", id)).code).toBe(1);
  const story = await pawl("describe", "execution", id);
  for (const part of ["faulted", "Teapot", "bad.yaml:4", "✔ ok", "✘ boom", `pawl events ${id}`]) {
    expect(story.stdout).toContain(part);
  }
  expect(story.stdout).toContain("\n  at:       bad.yaml:4\n            4 |   - boom:\n");
  expect(story.stdout).toMatch(/✘ boom .*bad\.yaml:4/);
  const record = JSON.parse((await pawl("describe", "execution", id, "-o", "json")).stdout);
  expect([record.errorPosition, record.errorSource]).toEqual(["bad.yaml:4", "  - boom:"]);
  expect((await pawl("get", "workflows", "-o", "name")).stdout).toBe("workflow/default/hello:1.0.0\n");
});

test("a timeout cancels what run started, and leaves what follow follows", async () => {
  const ran = await pawl("run", "long.yaml", "--timeout", "300ms", "--id", "timed-out");
  expect([ran.stdout, ran.code]).toEqual(["", 124]);
  expect(ran.stderr).toContain("Execution timed-out cancelled");
  const id = await startLong();
  for (const words of [
    ["follow", id],
    ["events", id, "-f"],
    ["get", "ex", "--watch"],
  ]) {
    expect((await pawl(...words, "--timeout", "300ms")).code).toBe(124);
  }
  expect((await pawl("get", "ex", id, "-o", "json")).stdout).toMatch(/"status": "(?:running|waiting)"/);
  expect((await pawl("cancel", id)).stdout).toBe(`execution ${id} cancelled\n`);
  const again = await pawl("cancel", id);
  expect([again.code, again.stdout]).toEqual([0, ""]);
  expect(again.stderr).toContain("had already ended: cancelled");
  expect((await pawl("follow", id)).code).toBe(1);
});

test("one id is one execution", async () => {
  const words = ["run", "hello", "--set", "name=Ada", "--id", "same"];
  expect((await place.pawl(words)).code).toBe(0);
  expect((await place.pawl(words)).stdout).toBe('{"greeting":"Hello Ada"}\n');
  expect((await pawl("run", "hello", "--set", "name=Bob", "--id", "same")).code).toBe(4);
});

test.each([
  ["cancel", [], /^Cancelling execution \S+ .*\nExecution \S+ cancelled\n$/, "cancelled"],
  [
    "detach",
    ["--detach-on-interrupt"],
    /^Execution (\S+) goes on, follow it again: pawl follow \1\n$/,
    "waiting",
  ],
])("Ctrl-C: %s", async (name, flags, said, status) => {
  const id = `interrupted-${name}`;
  const child = place.start(["run", "long.yaml", "--id", id, "--progress", "plain", ...flags]);
  let text = "";
  let interrupted = false;
  for await (const chunk of child.stderr) {
    text += new TextDecoder().decode(chunk);
    if (interrupted || !text.includes("task nap started")) continue;
    interrupted = true;
    child.kill("SIGINT");
  }
  expect(await child.exited).toBe(130);
  expect(text.replace(/^\d{4}-.*\n/gm, "")).toMatch(said);
  expect(JSON.parse((await pawl("get", "ex", id, "-o", "json")).stdout).status).toBe(status);
});

test("events are CloudEvents, one per line, and can be resumed", async () => {
  await pawl("run", "hello", "--set", "name=Ada", "--id", "told");
  const { stdout } = await pawl("events", "told");
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events[0].type).toBe("io.serverlessworkflow.workflow.started.v1");
  expect(events.at(-1).type).toBe("io.serverlessworkflow.workflow.completed.v1");
  expect(events.every((event) => event.specversion === "1.0" && event.subject === "told")).toBe(true);
  const rest = await pawl("events", "told", "-f", "--since", events[1].id);
  expect(rest.stdout).toBe(
    stdout
      .trim()
      .split("\n")
      .slice(2)
      .map((line) => `${line}\n`)
      .join(""),
  );
});

test("get --watch goes on with a row for each change", async () => {
  await pawl("run", "hello", "--set", "name=Ada");
  const child = place.start(["get", "executions", "--status", "completed", "--watch", "-o", "json"]);
  let text = "";
  let started = false;
  for await (const chunk of child.stdout) {
    text += new TextDecoder().decode(chunk);
    if (text.includes('{"id":"watched"')) child.kill("SIGINT");
    if (started) continue;
    started = true;
    expect((await pawl("run", "hello", "--set", "name=Ada", "--id", "watched")).code).toBe(0);
  }
  expect(await child.exited).toBe(130);
  // One document per line, also those that were there before.
  const ids = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(ids.length).toBeGreaterThan(1);
  expect(ids.filter((id) => id === "watched")).toHaveLength(1);
});

test("status describes the server", async () => {
  const record = JSON.parse((await pawl("server", "status", "-o", "json")).stdout);
  expect(record).toMatchObject({
    running: true,
    home: place.home,
    engine: { kind: "sqlite", state: "ready" },
  });
  for (const key of ["pid", "version", "instance", "socket", "startedAt", "executions"]) {
    expect(record).toHaveProperty(key);
  }
  expect((await pawl("server", "status")).stdout).toContain("Status     running\n");
});

test("delete takes workflows and ended executions", async () => {
  const id = await startLong();
  const running = await pawl("delete", "execution", id);
  expect(running.code).toBe(4);
  await pawl("cancel", id);
  expect((await pawl("delete", `execution/${id}`)).stdout).toBe(`execution ${id} deleted\n`);
  expect((await pawl("get", "execution", id)).code).toBe(1);
  await place.file("gone.yaml", definition("gone", "  - x: { set: { a: 1 } }"));
  await pawl("apply", "-f", "gone.yaml");
  expect((await pawl("delete", "workflow", "gone", "--yes")).stdout).toBe(
    "workflow default/gone:1.0.0 deleted\n",
  );
  const missing = await pawl("delete", "workflow", "gone", "--yes");
  expect([missing.code, missing.stdout]).toEqual([1, ""]);
});

test("what one of several is refused does not keep the others from it", async () => {
  for (const id of ["one", "two"]) await pawl("run", "long.yaml", "--id", id, "--detach");
  const cancelled = await pawl("cancel", "missing", "one", "two");
  expect([cancelled.code, cancelled.stdout]).toEqual([
    1,
    "execution one cancelled\nexecution two cancelled\n",
  ]);
  expect(cancelled.stderr).toStartWith('error: There is no execution "missing"\n');
  await pawl("run", "long.yaml", "--id", "alive", "--detach");
  const deleted = await pawl("delete", "execution", "alive", "missing", "one", "two", "--yes");
  expect([deleted.code, deleted.stdout]).toEqual([4, "execution one deleted\nexecution two deleted\n"]);
  expect(deleted.stderr).toMatch(/error: .*"alive".*\n(?:.*\n)*error: There is no execution "missing"/);
  await pawl("cancel", "alive");
});

test("-v says which home it is, and from where; -q says nothing but errors", async () => {
  const told = await pawl("run", "hello", "--set", "name=Ada", "--id", "told-v", "-v");
  expect(told).toEqual({
    code: 0,
    stdout: '{"greeting":"Hello Ada"}\n',
    stderr: `debug: home ${place.home}, from PAWL_HOME\ndebug: execution told-v started\n`,
  });
  expect(await pawl("get", "ex", "-n", "other", "-q", "--home", place.home)).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

test("a fault is placed in the file that runs, also when the server knows it by another name", async () => {
  const text = await Bun.file(`${place.directory}/bad.yaml`).text();
  for (const [file, stdin] of [
    ["-", text],
    ["./bad.yaml", undefined],
    ["copy.yaml", undefined],
  ] as const) {
    await place.file("copy.yaml", text);
    const { stderr } = await place.pawl(["run", file], stdin === undefined ? {} : { stdin });
    expect(stderr).toContain(`\n  at:       ${file}:4\n`);
  }
});

test("following that may take no time at all ends with 124", async () => {
  await pawl("run", "hello", "--set", "name=Ada", "--id", "short");
  const { code, stderr } = await pawl("follow", "short", "--timeout", "1ms");
  expect([code, stderr]).toEqual([
    124,
    "Not finished within 1ms\nExecution short goes on, follow it again: pawl follow short\n",
  ]);
});

test("what to type next has the home that was given", async () => {
  const home = ["--home", place.home];
  expect((await pawl("run", "bad.yaml", ...home)).stderr).toMatch(
    new RegExp(`\nLook further: pawl describe execution \\w+ --home ${place.home}\n$`),
  );
  const spaced = await pawl("server", "status", "--home", "it's no home");
  expect(spaced.stderr).toEndWith("pawl server start --home 'it'\\''s no home'\n");
});
