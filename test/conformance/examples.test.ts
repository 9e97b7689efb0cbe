import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { basename, join } from "node:path";
import { exampleRuns } from "./example-runs.ts";
import { readKit } from "./kit.ts";
import { openPawl, type Pawl, runDefinition } from "./pawl.ts";
import { planOf } from "./plan.ts";
import { type PublicServices, startPublicServices } from "./public-services.ts";
import { specDirectory, specFiles, specIsThere, whereToGetIt } from "./spec.ts";

if (!specIsThere) console.error(whereToGetIt);
setDefaultTimeout(30_000);

/** What run-subflow.yaml calls. */
const registerCustomer = `
document: { dsl: '1.0.3', namespace: test, name: register-customer, version: '0.1.0' }
do:
  - register:
      set: { registered: '\${ .customer }' }
`;

describe.skipIf(!specIsThere)("the specification's definitions", async () => {
  let pawl: Pawl;
  let services: PublicServices;
  const examples = specIsThere ? await specFiles("examples/*.yaml") : [];
  beforeAll(async () => {
    pawl = await openPawl();
    services = startPublicServices();
    await Bun.write(join(pawl.directory, "register-customer.yaml"), registerCustomer);
    await pawl.command("apply", "-f", join(pawl.directory, "register-customer.yaml"));
  });
  afterAll(async () => {
    await services.stop();
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

  test("the table of runs names no example that is not there", () => {
    const names = examples.map(({ name }) => basename(name, ".yaml"));
    expect(Object.keys(exampleRuns).filter((name) => !names.includes(name))).toEqual([]);
  });

  for (const { name: path, text } of examples) {
    const name = basename(path, ".yaml");
    const runs = exampleRuns[name];
    if (runs === undefined) {
      test(`${name} is refused by run`, async () => {
        const ran = await pawl.command("run", join(specDirectory, path));
        expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
        expect(ran.stderr).toContain("not supported yet");
        expect(ran.stderr).toMatch(new RegExp(`${name}\\.yaml:\\d+:\\d+`));
      });
      continue;
    }
    for (const run of runs) {
      test(`${name} with ${JSON.stringify(run.input)}: ${run.status}`, async () => {
        const definition = services.redirect(hurried(text));
        const execution = await runDefinition(pawl, definition, run.input);
        expect(execution).toMatchObject({ status: run.status, error: run.error ?? null });
        if (run.output !== undefined) expect(execution.output).toEqual(run.output);
      });
    }
  }
});

/** How many definitions at a path are valid; warnings are allowed, errors are not. */
async function countValid(pawl: Pawl, path: string): Promise<number> {
  const ran = await pawl.command("validate", "-f", path);
  expect(ran.exitCode).toBe(0);
  return ran.stdout.match(/^workflow \S+ valid$/gm)?.length ?? 0;
}

/** Half a minute of waiting, and pauses between attempts, in milliseconds. */
function hurried(text: string): string {
  return text.replace("PT30S", "PT0.03S").replace(/(\n\s+)seconds: /g, "$1milliseconds: ");
}
