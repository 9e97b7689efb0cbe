import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { parse } from "yaml";
import { definition, Place } from "./pawl.ts";

const place = new Place();
beforeAll(async () => {
  await place.file("hello.yaml", definition("hello", "  - hi: { set: { a: 1 } }"));
  await place.file("gone.yaml", definition("gone", "  - hi: { set: { a: 1 } }"));
  await place.file("long.yaml", definition("long", "  - nap: { wait: { hours: 1 } }"));
  await place.serve();
  await place.pawl(["apply", "-f", "hello.yaml"]);
  await place.pawl(["run", "hello", "--id", "ended"]);
  await place.pawl(["run", "long.yaml", "--id", "alive", "--detach"]);
});
afterAll(() => place.close());

/** Each verb that prints data, again and again on the same server; behind ` < ` what has to be done before. */
const lines = [
  "apply -f hello.yaml",
  "apply -f hello.yaml --dry-run",
  "get workflows",
  "get workflow hello",
  "describe workflow hello",
  "run hello --id ended",
  "run hello --id ended --detach",
  "follow ended",
  "get executions",
  "get execution alive",
  "describe execution alive",
  "cancel ended",
  "emit --type t",
  "validate -f hello.yaml",
  "secret set token --from-file hello.yaml < secret set token --from-file hello.yaml",
  "secret list",
  "get secret token",
  "secret delete token < secret set token --from-file hello.yaml",
  "delete secret token < secret set token --from-file hello.yaml",
  "delete workflow gone < apply -f gone.yaml",
  "delete execution short < run hello --id short",
  "server status",
  "server start",
  "doctor",
  "version",
];

/** Output without what differs from call to call. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner) => (/At$|^details$|^message$/.test(key) ? typeof inner : inner)),
  );
}

test.each(lines)("%s: the same data as json, jsonl and yaml, nothing as an empty text", async (line) => {
  const [words, before] = line.split(" < ").map((half) => half.split(" "));
  const printed: unknown[] = [];
  for (const format of ["json", "jsonl", "yaml"]) {
    if (before !== undefined) expect((await place.pawl(before)).code).toBe(0);
    const { stdout, code } = await place.pawl([...words!, "-o", format]);
    expect(code).toBe(0);
    if (format === "json") expect(stdout).not.toMatch(/: "",?$/m);
    if (format !== "jsonl") printed.push(plain([parse(stdout)].flat()));
    else
      printed.push(
        plain(
          stdout
            .trimEnd()
            .split("\n")
            .map((text) => JSON.parse(text)),
        ),
      );
  }
  expect(printed[0]).not.toEqual([]);
  expect(printed[1]).toEqual(printed[0]);
  expect(printed[2]).toEqual(printed[0]);
});

test.each([
  [["get", "workflows"], "workflow/default/hello:1.0.0"],
  [["get", "workflow", "hello"], "workflow/default/hello:1.0.0"],
  [["get", "execution", "ended"], "execution/ended"],
  [["run", "hello", "--id", "ended", "--detach"], "execution/ended"],
  [["run", "hello", "--id", "named"], "execution/named"],
  [["delete", "execution", "named"], "execution/named"],
])("%j -o name", async (words, name) => {
  expect(await place.pawl([...words, "-o", "name"])).toEqual({ code: 0, stdout: `${name}\n`, stderr: "" });
});

test("what there is nothing of is null", async () => {
  const json = async (...words: string[]) => JSON.parse((await place.pawl([...words, "-o", "json"])).stdout);
  expect(await json("get", "workflow", "hello")).toMatchObject({ title: null, summary: null });
  const nothing = { output: null, error: null, errorPosition: null, parent: null, endedAt: null };
  expect(await json("get", "execution", "alive")).toMatchObject({ ...nothing, input: null });
  expect(await json("describe", "execution", "alive")).toMatchObject({
    ...nothing,
    errorSource: null,
    tasks: [{ name: "nap", input: null, output: null, error: null, endedAt: null, durationMs: null }],
  });
});

test("what was deleted is printed also when others were refused", async () => {
  await place.pawl(["run", "hello", "--id", "first"]);
  const { stdout, code } = await place.pawl(["delete", "execution", "missing", "first", "-o", "json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual([{ kind: "execution", name: "first", action: "deleted" }]);
});

/** The keys that docs/cli.md lists of something, up to the first of `until`. */
async function documented(what: string, until: RegExp): Promise<string[]> {
  const text = await Bun.file(join(import.meta.dir, "../../docs/cli.md")).text();
  const from = text.indexOf(`${what}: \``);
  expect(from).toBeGreaterThan(0);
  const list = text
    .slice(from + what.length)
    .split(until)[0]!
    .replaceAll(/\([^)]*\)/g, "");
  return [...list.matchAll(/`(\w+)`/g)].map(([, key]) => key!);
}

test.each([
  { what: "a workflow", until: /; and/, line: "get workflows" },
  { what: "an execution", until: /;/, line: "get execution alive" },
  { what: "an execution", until: /;/, line: "run hello --id ended" },
  { what: "what was applied", until: /;/, line: "apply -f hello.yaml" },
  { what: "deleted", until: /;/, line: "delete execution keyed", before: "run hello --id keyed" },
  { what: "a server", until: /\.\n/, line: "server status" },
])("$line has the keys that the documentation lists", async ({ what, until, line, before }) => {
  if (before !== undefined) await place.pawl(before.split(" "));
  const [record] = [JSON.parse((await place.pawl([...line.split(" "), "-o", "json"])).stdout)].flat();
  expect(Object.keys(record)).toEqual(await documented(what, until));
});
