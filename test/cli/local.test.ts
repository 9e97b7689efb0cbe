import { afterAll, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { binary, definition, Place } from "./pawl.ts";

const place = new Place();
afterAll(() => place.close());
const pawl = (...words: string[]) => place.pawl(words);

test("version, in every spelling and format", async () => {
  const { stdout, stderr, code } = await pawl("version");
  expect(stdout).toMatch(/^pawl \d+\.\d+\.\d+\S* \([0-9a-f]+|unknown, \w+ \w+\)\n$/);
  expect([stderr, code]).toEqual(["", 0]);
  expect((await pawl("--version")).stdout).toBe(stdout);
  const record = JSON.parse((await pawl("version", "-o", "json")).stdout);
  expect(Object.keys(record)).toEqual(["name", "version", "commit", "bun", "platform", "architecture"]);
  expect((await pawl("-o", "name", "version")).stdout).toBe(`${record.version}\n`);
});

test("help is data: on stdout, with exit code 0", async () => {
  for (const words of [[], ["--help"], ["help"], ["-h"]]) {
    const { stdout, stderr, code } = await pawl(...words);
    expect(stdout).toContain("Usage: pawl VERB [flags]");
    expect([stderr, code]).toEqual(["", 0]);
  }
  const run = await pawl("run", "--help");
  expect(run.stdout).toContain("Usage: pawl run NAME|FILE");
  expect(run.stdout).toContain("Examples:\n");
  expect((await pawl("help", "run")).stdout).toBe(run.stdout);
  expect((await pawl("--help", "run")).stdout).toBe(run.stdout);
  expect((await pawl("server", "--help")).stdout).toContain("Usage: pawl server VERB");
  expect((await pawl("server")).stdout).toContain("Usage: pawl server VERB");
});

test.each([
  [["aply"], 'Unknown command "aply"', "Did you mean `pawl apply`?"],
  [["status", "-o", "json"], 'Unknown command "status"', "Did you mean `pawl server status`?"],
  [
    ["get", "ex", "--workflow", "a:1.0.0"],
    "--workflow takes a name without a version",
    "Leave out the version",
  ],
  [["server", "strat"], 'Unknown command "server strat"', "Did you mean `pawl server start`?"],
  [["version", "--hom", "x"], 'Unknown flag "--hom"', 'Did you mean "--home"?'],
  [["--colour", "never", "version"], 'Unknown flag "--colour"', 'Did you mean "--color"?'],
  [["version", "extra"], 'Unexpected argument "extra"', "Run `pawl version --help` for what is possible"],
  [["run"], "Missing argument: pawl run NAME|FILE", "Run `pawl run --help` for what is possible"],
  [["get", "wrokflows"], 'Unknown kind "wrokflows"', 'Did you mean "workflows"?'],
  [["version", "-o", "xml"], 'Unknown value "xml" for --output', "Run `pawl version --help`"],
  [["get", "wf", "--timeout", "5"], "--timeout: Expected a duration", "Run `pawl get --help`"],
  [["get", "wf", "--status", "running"], "--status says nothing about a list of workflows", "Leave out"],
  [["get", "ex", "x", "--limit=2"], "--limit says nothing about one execution", "Leave out --limit"],
  [["get", "secrets", "-n", "x"], "--namespace says nothing about a list of secrets", "Leave out"],
  [["get", "ex", "--all-versions"], "--all-versions says nothing about a list of executions", "Leave out"],
  [["get", "ex", "--limit", "0"], '"0" is not a number from 1 on for --limit', "Run `pawl get --help`"],
  [["describe", "3kf9x2m"], 'Unknown kind "3kf9x2m"', "pawl describe workflow NAME | execution ID"],
  [["get", "wf", "--home="], "--home: Expected a directory, got nothing", "Run `pawl get --help`"],
  [["apply", "-f", "https://x.test/a"], '"https://x.test/a" is no file', "curl -fsSL 'https://x.test/a'"],
  [["run", "a.yaml", "-n", "x"], "--namespace says nothing about a file", "stands in the file"],
  [["apply"], "Nothing to apply", "Run `pawl apply --help`"],
  [["run", "a b"], '"a b" is not the name of a workflow', "[namespace/]name[:version]"],
  [["follow", "no such id"], '"no such id" is not the id of an execution', "pawl get executions"],
])("usage error: %p", async (words, message, hint) => {
  const { stdout, stderr, code } = await place.pawl(words);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(`error: ${message}`);
  expect(stderr).toContain(hint);
});

test("validate names what is valid, without a server", async () => {
  mkdirSync(join(place.directory, "flows/deep"), { recursive: true });
  await place.file(
    "flows/b.yaml",
    `${definition("b", "  - x: { set: { a: 1 } }")}---\n${definition("c", "  - x: { set: { a: 1 } }")}`,
  );
  await place.file(
    "flows/deep/a.json",
    JSON.stringify(Bun.YAML.parse(definition("a", "  - x: { set: { a: 1 } }"))),
  );
  await place.file("flows/.hidden.yaml", "not: a workflow");
  await place.file("flows/notes.txt", "nothing");
  const { stdout, stderr, code } = await pawl("validate", "-f", "flows");
  expect(stderr).toBe("");
  expect(stdout).toBe(
    "workflow default/b:1.0.0 valid\nworkflow default/c:1.0.0 valid\nworkflow default/a:1.0.0 valid\n",
  );
  expect(code).toBe(0);
  const names = await pawl("validate", "flows/b.yaml", "-o", "name");
  expect(names.stdout).toBe("workflow/default/b:1.0.0\nworkflow/default/c:1.0.0\n");
  const [record] = JSON.parse((await pawl("validate", "-f", "flows/b.yaml", "-o", "json")).stdout);
  expect(record).toEqual({
    file: "flows/b.yaml",
    valid: true,
    workflows: ["default/b:1.0.0", "default/c:1.0.0"],
    diagnostics: [],
  });
});

test("in a directory what is no file is left out, and a link to nowhere is told", async () => {
  mkdirSync(join(place.directory, "mixed/looks.yaml"), { recursive: true });
  await place.file("mixed/one.yaml", definition("one", "  - x: { set: { a: 1 } }"));
  symlinkSync("one.yaml", join(place.directory, "mixed/link.yaml"));
  symlinkSync("..", join(place.directory, "mixed/up.yaml"));
  Bun.spawnSync(["mkfifo", join(place.directory, "mixed/pipe.yaml")]);
  const { stdout, code } = await pawl("validate", "-f", "mixed");
  expect([stdout, code]).toEqual(["workflow default/one:1.0.0 valid\n".repeat(2), 0]);
  symlinkSync("nowhere", join(place.directory, "mixed/broken.yaml"));
  expect((await pawl("validate", "-f", "mixed")).stderr).toContain('No such file: "mixed/broken.yaml"');
});

test("validate warns of what is valid but cannot be run yet", async () => {
  await place.file("later.yaml", definition("later", "  - x: { set: { a: 1 } }\nevaluate: { language: js }"));
  expect(await pawl("validate", "-f", "later.yaml")).toEqual({
    code: 0,
    stdout: "workflow default/later:1.0.0 valid\n",
    stderr: expect.stringMatching(/^later\.yaml:4:\d+: warning: "language: js" is not supported yet\n/),
  });
  expect((await pawl("validate", "-q", "-f", "later.yaml")).stderr).toBe("");
  const [record] = JSON.parse((await pawl("validate", "-f", "later.yaml", "-o", "json")).stdout);
  expect([record.valid, record.diagnostics[0].severity]).toEqual([true, "warning"]);
});

test("validate -o json has every key of a diagnostic, null where there is nothing", async () => {
  await place.file("latin1.yaml", Uint8Array.of(0xff));
  const { stdout, code } = await pawl("validate", "-f", "latin1.yaml", "-o", "json");
  expect(code).toBe(2);
  const [{ diagnostics }] = JSON.parse(stdout);
  expect(diagnostics).toEqual([
    {
      severity: "error",
      file: "latin1.yaml",
      line: 1,
      column: 1,
      length: 1,
      message: "Not valid UTF-8: unexpected byte 0xff at offset 0",
      hint: "Save the file as UTF-8",
      source: null,
    },
  ]);
});

test("validate shows each mistake with its place, its line and a caret", async () => {
  await place.file("wrong.yaml", definition("wrong", "  - call:\n      cal: http"));
  const { stdout, stderr, code } = await pawl("validate", "-f", "wrong.yaml");
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^wrong\.yaml:\d+:\d+: error: /);
  expect(stderr).toContain("cal: http");
  expect(stderr).toMatch(/^ +\^+$/m);
  expect(code).toBe(2);
});

test("local verbs leave no home behind", async () => {
  expect(await Bun.file(join(place.home, "run/start.lock")).exists()).toBe(false);
  expect(binary).not.toBe("");
});
