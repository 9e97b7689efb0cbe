import { expect, test } from "bun:test";
import { defineArgs } from "../../src/cli/command.ts";
import { readTokens } from "../../src/cli/strict.ts";
import { Failure } from "../../src/failure.ts";

const args = defineArgs({
  file: { type: "string", alias: "f", valueHint: "PATH", repeat: true, description: "A file" },
  output: {
    type: "enum",
    alias: "o",
    valueHint: "FORMAT",
    options: ["json", "yaml"],
    description: "How to print",
  },
  input: { type: "string", valueHint: "JSON", description: "The input" },
  quiet: { type: "boolean", alias: "q", description: "Be quiet" },
  "no-start": { type: "boolean", description: "Never start" },
  "no-input": { type: "boolean", description: "Never ask" },
  spawned: { type: "boolean", description: "Hidden", hidden: true },
});

const parse = (...tokens: string[]) => readTokens(tokens, args, { verb: "apply" }).values;

function failure(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error("Expected a Failure");
}

test("values are taken in every spelling", () => {
  const { file, quiet } = parse("-f", "a", "-fb", "-f=c", "--file", "d", "--file=e=f", "-qf", "-");
  expect(file).toEqual(["a", "b", "c", "d", "e=f", "-"]);
  expect(quiet).toBe(true);
});

test("flags and arguments mix, and -- ends the flags", () => {
  const line = parse("one", "-q", "-", "--", "-f", "--no-start");
  expect(line._).toEqual(["one", "-", "-f", "--no-start"]);
  expect(line.file).toEqual([]);
});

test("a switch may say true or false, and its name may begin with no-", () => {
  expect(parse("--no-start")["no-start"]).toBe(true);
  expect(parse("--input", "1", "--no-input")).toMatchObject({ input: "1", "no-input": true });
  expect(parse("--quiet", "--quiet=false").quiet).toBe(false);
  expect(failure(() => parse("--quiet=maybe")).message).toContain('takes no value, found "maybe"');
});

test("values may begin with a dash, but not look like a flag", () => {
  expect(parse("--file", "-1").file).toEqual(["-1"]);
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
