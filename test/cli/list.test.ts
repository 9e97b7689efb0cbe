import { afterAll, beforeAll, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

const place = new Place();
beforeAll(async () => {
  await place.file("child.yaml", definition("child", "  - x: { set: { a: 1 } }"));
  const run = "run: { workflow: { namespace: default, name: child, version: 1.0.0 } }";
  await place.file(
    "many.yaml",
    definition("many", `  - all: { for: { in: "[range(100)]" }, do: [{ one: { ${run} } }] }`),
  );
  await place.serve();
  await place.pawl(["apply", "-f", "child.yaml"]);
  expect((await place.pawl(["run", "many.yaml"])).code).toBe(0);
});
afterAll(() => place.close());

const list = async (...flags: string[]) => {
  const { stdout, stderr } = await place.pawl(["get", "ex", "--workflow", "child", "-o", "name", ...flags]);
  return { lines: stdout.trimEnd().split("\n").length, stderr };
};

test("100 executions are listed unless --limit says otherwise, and it is said when there are more", async () => {
  expect(await list()).toEqual({ lines: 100, stderr: "" });
  await place.pawl(["run", "child"]);
  expect(await list()).toEqual({ lines: 100, stderr: "Only the latest 100 are shown, --limit shows more\n" });
  expect(await list("-q")).toEqual({ lines: 100, stderr: "" });
  expect(await list("--limit", "1000")).toEqual({ lines: 101, stderr: "" });
  expect(await list("--limit", "7")).toEqual({ lines: 7, stderr: "" });
});
