import { afterAll, beforeAll, expect, test } from "bun:test";
import { basename, join } from "node:path";
import { exampleRuns } from "./example-runs.ts";
import { type Pawl, runDefinition } from "./pawl.ts";
import { type PublicServices, startPublicServices } from "./public-services.ts";
import { specDirectory, specFiles, specIsThere } from "./spec.ts";

/** What run-subflow.yaml calls. */
const registerCustomer = `
document: { dsl: '1.0.3', namespace: test, name: register-customer, version: '0.1.0' }
do:
  - register:
      set: { registered: '\${ .customer }' }
`;

const examples = specIsThere ? await specFiles("examples/*.yaml") : [];

/** The specification's examples against stubs of the public services: the same on every engine. */
export function specificationExamples(open: () => Promise<Pawl>): void {
  let pawl: Pawl;
  let services: PublicServices;
  beforeAll(async () => {
    pawl = await open();
    services = startPublicServices();
    await Bun.write(join(pawl.directory, "register-customer.yaml"), registerCustomer);
    await pawl.command("apply", "-f", join(pawl.directory, "register-customer.yaml"));
  });
  afterAll(async () => {
    await services?.stop();
    await pawl?.close();
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
}

/** Half a minute of waiting, and pauses between attempts, in milliseconds. */
function hurried(text: string): string {
  return text.replace("PT30S", "PT0.03S").replace(/(\n\s+)seconds: /g, "$1milliseconds: ");
}
