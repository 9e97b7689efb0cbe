import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { definition, Place } from "./pawl.ts";

const place = new Place();
const set = "  - x: { set: { a: 1 } }";
beforeAll(async () => {
  await place.file("good.yaml", definition("good", set));
  await place.serve();
});
afterAll(() => place.close());
const pawl = (...words: string[]) => place.pawl(words);

const head = "document: { dsl: 1.0.3, namespace: default, name: bad, version: 1.0.0 }\n";
const aliases = Array.from({ length: 9 }, (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i},`.repeat(9)}]`).join(
  "\n",
);

/** What is wrong, the file, and what stderr must say. */
const bad: [string, string | Uint8Array, RegExp][] = [
  ["not YAML", `${head}do: [`, /^bad\.yaml:2:\d+: error: /],
  ["not a workflow", "hello: world\n", /^bad\.yaml:1:1: error: .*"document"/m],
  ["a scalar", "42\n", /^bad\.yaml:1:1: error: /],
  ["nothing", "", /bad\.yaml:1:1: error: /],
  [
    "10,000 levels deep",
    `${head}do: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`,
    /^bad\.yaml:2:\d+: error: /,
  ],
  [
    "exploding aliases",
    `x0: &x0 lol\n${aliases}\n${head}do:\n${set}\n`,
    /^bad\.yaml:\d+:\d+: error: .*alias/m,
  ],
  ["invalid UTF-8", Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xfe, 0x0a])]), /bad\.yaml.*UTF-8/],
  ["an unknown task", definition("bad", "  - x: { cal: http }"), /^bad\.yaml:3:\d+: error: .*"cal"/],
  [
    "then to nowhere",
    definition("bad", "  - x: { set: { a: 1 }, then: nowhere }"),
    /^bad\.yaml:3:\d+: error: .*"nowhere"/,
  ],
  ["a duplicate task name", definition("bad", `${set}\n${set}`), /^bad\.yaml:4:\d+: error: .*"x"/],
  [
    "a broken expression",
    definition("bad", '  - x: { set: { a: "${ .a + }" } }'),
    /^bad\.yaml:3:\d+: error: /,
  ],
  ["NUL bytes", `${head}do:\u0000\n`, /bad\.yaml:2:\d+: error: /],
];

test.each(bad)("%s is refused by validate, apply and run, with its place", async (_, content, said) => {
  await place.file("bad.yaml", content);
  for (const words of [["validate", "-f"], ["apply", "-f"], ["run"]]) {
    const { stdout, stderr, code } = await pawl(...words, "bad.yaml");
    expect([stdout, code]).toEqual(["", 2]);
    expect(stderr).toMatch(said);
  }
  expect(await pawl("get", "workflows", "-o", "name")).toEqual({
    code: 0,
    stdout: "",
    stderr: "No workflows\n",
  });
});

test("a file of 100 MB is refused before it is read", async () => {
  await place.file("large.yaml", head);
  truncateSync(join(place.directory, "large.yaml"), 100e6);
  for (const words of [["validate", "-f"], ["apply", "-f"], ["run"]]) {
    const { stderr, code } = await pawl(...words, "large.yaml");
    expect(code).toBe(2);
    expect(stderr).toContain('"large.yaml" is larger than 4 MiB');
  }
  const piped = await place.pawl(["apply", "-f", "-"], { stdin: "#".repeat(5 * 2 ** 20) });
  expect([piped.code, piped.stderr]).toEqual([
    2,
    expect.stringContaining("Standard input is larger than 4 MiB"),
  ]);
});

test("with one bad definition nothing is applied", async () => {
  await place.file("bad.yaml", "hello: world\n");
  expect((await pawl("apply", "-f", "good.yaml", "-f", "bad.yaml")).code).toBe(2);
  expect((await pawl("get", "workflows", "-o", "json")).stdout).toBe("[]\n");
  const dry = await pawl("apply", "-f", "good.yaml", "--dry-run");
  expect(dry.stdout).toBe("workflow default/good:1.0.0 created (dry run)\n");
  expect((await pawl("get", "workflows", "-o", "json")).stdout).toBe("[]\n");
});

test("an expression without end faults the workflow", async () => {
  await place.file("runaway.yaml", definition("runaway", '  - x: { set: { a: "${ last(range(1e9)) }" } }'));
  const { stdout, stderr, code } = await pawl("run", "runaway.yaml");
  expect([stdout, code]).toEqual(["", 1]);
  expect(stderr).toContain("type:     https://open-workflow-specification.org/spec/1.0.0/errors/expression");
  expect(stderr).toContain("instance: /do/0/x");
});

test.each([
  [["-i", "{a: 1}"], 'The input is not JSON: expected a key in double quotes, found "a" at line 1, column 2'],
  [["-i", ""], "The input is not JSON: it ends too early at line 1, column 1"],
  [["-i", "@missing.json"], 'No such file: "missing.json"'],
  [["-i", "@."], '"." is a directory'],
  [["-i", "@bad.json"], '"bad.json" is not JSON: expected a value, found "]" at line 2, column 5'],
  [["-i", "@latin1.json"], '"latin1.json" is not valid UTF-8'],
  [["-i", "[".repeat(100_000)], "The input is not JSON: it ends too early"],
  [["-i", '{"a": "\\ud83d"}'], 'The input is not Unicode: "\\ud83d" is half of a character'],
  [["--set", 'a="\\ud83d"'], 'The value of "a" is not Unicode: "\\ud83d" is half of a character'],
  [["--set", "a"], '"a" is not a setting'],
])("input %j", async (words, said) => {
  await place.file("bad.json", "[\n  1,]");
  await place.file("latin1.json", Buffer.from([0x22, 0xe9, 0x22]));
  const { stdout, stderr, code } = await pawl("run", "good.yaml", ...words);
  expect([stdout, code]).toEqual(["", 2]);
  expect(stderr).toContain(`error: ${said}`);
});

test.each([
  ["missing.yaml", 'error: No such file: "missing.yaml"\nhint: Check the path\n'],
  ["good.yaml/x.yaml", 'error: No such file: "good.yaml/x.yaml"\nhint: Check the path\n'],
  ["empty", 'error: No .yaml, .yml or .json file in "empty"\nhint: Name a file, or another directory\n'],
])("apply -f %s", async (path, said) => {
  mkdirSync(join(place.directory, "empty"), { recursive: true });
  expect(await pawl("apply", "-f", path)).toEqual({ code: 2, stdout: "", stderr: said });
});

test("a file that may not be read", async () => {
  await place.file("secret.yaml", definition("secret", set));
  chmodSync(join(place.directory, "secret.yaml"), 0);
  // Root may read everything, but not what cannot be read at all.
  const path = process.getuid?.() === 0 ? "/proc/self/mem" : "secret.yaml";
  const { stdout, stderr, code } = await pawl("validate", "-f", path);
  expect([stdout, code]).toEqual(["", 2]);
  expect(stderr).toMatch(
    /^error: (?:Not allowed to read "secret.yaml"|Cannot read "\/proc\/self\/mem": EIO)\nhint: /,
  );
});

test("no name of a file reaches the terminal as an escape sequence", async () => {
  const name = "\x1b[2Jwrong\n.yaml";
  await place.file(name, "x: [");
  const valid = await pawl("validate", "-f", name, "-f", "good.yaml");
  expect(valid.stderr).toStartWith(" [2Jwrong .yaml:1:4: error: ");
  for (const words of [
    ["apply", "-f", name],
    ["run", "--", `./missing${name}`],
    ["get", "wf", name],
    ["eval", 'error("\\u001b[2J")'],
    [name],
  ]) {
    const { code, stderr } = await pawl(...words);
    expect(code).toBeGreaterThan(0);
    expect(stderr).not.toContain("\x1b");
  }
});
