import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { basename, join } from "node:path";
import { exampleRuns } from "./example-runs.ts";
import { specificationExamples } from "./example-suite.ts";
import { readKit } from "./kit.ts";
import { openPawl, type Pawl } from "./pawl.ts";
import { planOf } from "./plan.ts";
import { specDirectory, specFiles, specIsThere, whereToGetIt } from "./spec.ts";

if (!specIsThere) console.error(whereToGetIt);
setDefaultTimeout(30_000);

describe.skipIf(!specIsThere)("the specification's definitions", async () => {
  let pawl: Pawl;
  const examples = specIsThere ? await specFiles("examples/*.yaml") : [];
  beforeAll(async () => {
    pawl = await openPawl();
  });
  afterAll(async () => {
    await pawl.close();
  });

  test("all 68 examples are valid", async () => {
    expect(examples).toHaveLength(68);
    expect(await countValid(pawl, join(specDirectory, "examples"))).toBe(68);
  });

  test("all 21 definitions of the Conformance Test Kit are valid", async () => {
    const definitions = (await readKit()).map((scenario) => planOf(scenario).definition);
    expect(definitions).toHaveLength(21);
    const file = join(pawl.directory, "kit.yaml");
    await Bun.write(file, definitions.join("---\n"));
    expect(await countValid(pawl, file)).toBe(21);
  });

  specificationExamples(openPawl);

  test("the table of runs names no example that is not there", () => {
    const names = examples.map(({ name }) => basename(name, ".yaml"));
    expect(Object.keys(exampleRuns).filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** How many definitions at a path are valid; warnings are allowed, errors are not. */
async function countValid(pawl: Pawl, path: string): Promise<number> {
  const ran = await pawl.command("validate", "-f", path);
  expect(ran.exitCode).toBe(0);
  return ran.stdout.match(/^workflow \S+ valid$/gm)?.length ?? 0;
}
