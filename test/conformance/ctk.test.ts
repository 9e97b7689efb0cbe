import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readPart } from "./generated.ts";
import { readKit, runScenario, type ScenarioResult, scenarioCount, toTable } from "./kit.ts";
import { openPawl, type Pawl } from "./pawl.ts";
import { type PublicServices, startPublicServices } from "./public-services.ts";
import { specIsThere, whereToGetIt } from "./spec.ts";

if (!specIsThere) console.error(whereToGetIt);
setDefaultTimeout(30_000);

describe.skipIf(!specIsThere)("Conformance Test Kit", async () => {
  let pawl: Pawl;
  let services: PublicServices;
  const scenarios = specIsThere ? await readKit() : [];
  const results: ScenarioResult[] = [];
  beforeAll(async () => {
    pawl = await openPawl();
    services = startPublicServices();
  });
  afterAll(async () => {
    await services.stop();
    await pawl.close();
  });

  test("every scenario was found", () => {
    expect(scenarios.length).toBe(scenarioCount);
  });

  for (const scenario of scenarios) {
    test(`${scenario.feature}: ${scenario.name}`, async () => {
      const result = await runScenario(scenario, pawl, services);
      results.push(result);
      expect(result.failure).toBeUndefined();
    });
  }

  test("the table in docs/conformance.md is current (bun test/conformance/ctk.ts --write)", async () => {
    expect(await readPart("ctk")).toBe(toTable(results));
  });
});
