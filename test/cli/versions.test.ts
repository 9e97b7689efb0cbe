import { afterAll, beforeAll, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

const place = new Place();
beforeAll(() => place.serve());
afterAll(() => place.close());

const versions = ["1.0.0-rc.1", "1.10.0", "1.9.0", "1.0.0"];

test("get workflow NAME shows the highest version, and all of them when asked to", async () => {
  const tasks = "  - a: { set: { x: 1 } }";
  const texts = [...versions.map((version) => definition("many", tasks, version)), definition("one", tasks)];
  await place.file("all.yaml", texts.join("---\n"));
  await place.pawl(["apply", "-f", "all.yaml"]);
  const names = async (...words: string[]) =>
    (await place.pawl(["get", "workflow", ...words, "-o", "name"])).stdout.trim().split("\n");
  expect(await names("many")).toEqual(["workflow/default/many:1.10.0"]);
  expect(await names("many", "--all-versions")).toEqual(
    ["1.0.0-rc.1", "1.0.0", "1.9.0", "1.10.0"].map((version) => `workflow/default/many:${version}`),
  );
  expect(await names("many", "--all-versions", "--limit", "2")).toHaveLength(2);
  expect(await names("many:1.9.0", "--all-versions")).toEqual(["workflow/default/many:1.9.0"]);
  const none = await place.pawl(["get", "workflow", "none", "--all-versions"]);
  expect(none).toMatchObject({ code: 1, stdout: "" });
  expect(none.stderr).toContain('There is no workflow "default/none"');
});
