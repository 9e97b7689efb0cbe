import { expect, test } from "bun:test";
import type { Flag } from "../../src/cli/command.ts";
import { parseFlags } from "../../src/cli/flags.ts";
import { Failure } from "../../src/failure.ts";

const known: Flag[] = [
  { name: "file", short: "f", value: "PATH", repeat: true, summary: "A file" },
  { name: "output", short: "o", value: "FORMAT", choices: ["json", "yaml"], summary: "How to print" },
  { name: "quiet", short: "q", summary: "Be quiet" },
  { name: "no-start", summary: "Never start" },
  { name: "spawned", summary: "Hidden", hidden: true },
];

const parse = (...tokens: string[]) => parseFlags(tokens, known, { verb: "apply" });

function failure(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error("Expected a Failure");
}

test("values are taken in every spelling", () => {
  const { flags } = parse("-f", "a", "-fb", "-f=c", "--file", "d", "--file=e=f", "-qf", "-");
  expect(flags.texts("file")).toEqual(["a", "b", "c", "d", "e=f", "-"]);
  expect(flags.has("quiet")).toBe(true);
});

test("flags and arguments mix, and -- ends the flags", () => {
  const line = parse("one", "-q", "-", "--", "-f", "--no-start");
  expect(line.arguments).toEqual(["one", "-", "-f", "--no-start"]);
  expect(line.flags.has("file")).toBe(false);
});

test("a switch may say true or false, and its name may begin with no-", () => {
  expect(parse("--no-start").flags.has("no-start")).toBe(true);
  expect(parse("--quiet", "--quiet=false").flags.has("quiet")).toBe(false);
  expect(failure(() => parse("--quiet=maybe")).message).toContain('takes no value, found "maybe"');
});

test("values may begin with a dash, but not look like a flag", () => {
  expect(parse("--file", "-1").flags.text("file")).toBe("-1");
  expect(failure(() => parse("--file", "--quiet")).message).toBe("Flag --file needs a value: --file PATH");
  expect(failure(() => parse("-f")).message).toBe("Flag -f needs a value: -f PATH");
});

test("what is unknown is refused with the nearest, never with a hidden one", () => {
  const unknown = failure(() => parse("--ouptut", "json"));
  expect(unknown.code).toBe("invalid_argument");
  expect(unknown.message).toBe('Unknown flag "--ouptut"');
  expect(unknown.hint).toBe('Did you mean "--output"?');
  expect(failure(() => parse("--spawnd")).hint).toBe("Run `pawl apply --help` for what is possible");
  expect(failure(() => parse("-x")).message).toBe('Unknown flag "-x"');
  const value = failure(() => parse("-o", "jsn"));
  expect(value.message).toBe('Unknown value "jsn" for --output, use one of json, yaml');
  expect(value.hint).toBe('Did you mean "json"?');
});
