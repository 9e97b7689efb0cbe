import { afterAll, beforeAll, expect, test } from "bun:test";
import { Place } from "./pawl.ts";

const place = new Place();
beforeAll(() => place.serve());
afterAll(() => place.close());
const pawl = (...words: string[]) => place.pawl(["emit", ...words]);

const event = (id: string) =>
  JSON.stringify({ specversion: "1.0", id, source: "test", type: "com.example.x" });

test("one event, and many from a file and from stdin", async () => {
  expect(await pawl("--type", "com.example.x", "--data", '{"a": 1}')).toEqual({
    code: 0,
    stdout: "1 published\n",
    stderr: "",
  });
  await place.file("events.jsonl", `${event("1")}\n\n${event("2")}\n`);
  expect(JSON.parse((await pawl("-f", "events.jsonl", "-o", "json")).stdout)).toEqual({ published: 2 });
  const piped = await place.pawl(["emit", "-f", "-"], { stdin: event("3") });
  expect(piped).toEqual({ code: 0, stdout: "1 published\n", stderr: "" });
  expect((await pawl("-f", "events.jsonl")).stdout).toBe("0 published\n");
  await place.file("more.jsonl", `${event("1")}\n${event("4")}\n`);
  expect((await pawl("-f", "more.jsonl", "-o", "yaml")).stdout).toBe("published: 1\n");
});

test.each([
  [[], "Give either --type or --file"],
  [["--type", "x", "-f", "events.jsonl"], "Give either --type or --file"],
  [["-f", "events.jsonl", "--source", "x"], "--source says nothing about the events of a file"],
  [["--type", "x", "--data", "{"], "The data is not JSON: it ends too early"],
  [["-f", "missing.jsonl"], 'No such file: "missing.jsonl"'],
  [["-f", "wrong.jsonl"], '"wrong.jsonl", line 2: no "source" of a CloudEvent'],
])("%j is refused", async (words, said) => {
  await place.file("wrong.jsonl", `${event("1")}\n{"specversion": "1.0", "id": "2", "type": "x"}\n`);
  const { stdout, stderr, code } = await pawl(...words);
  expect([stdout, code]).toEqual(["", 2]);
  expect(stderr).toContain(said);
});

test("a hint names the flag that was used", async () => {
  const { stderr, code } = await place.pawl(["emit", "--type", "t", "--data", "{bad"]);
  expect(code).toBe(2);
  expect(stderr).toStartWith(
    'error: The data is not JSON: expected a key in double quotes, found "b" at line 1',
  );
  expect(stderr).toContain("hint: Quote it for the shell: --data ");
  const variable = await place.pawl(["eval", "1", "--arg", "a={bad"]);
  expect(variable.stderr).toContain("hint: Quote it for the shell: --arg 'a=");
});
