import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readKit, runScenario } from "../conformance/kit.ts";
import { openPawl, type Pawl } from "../conformance/pawl.ts";
import { type PublicServices, startPublicServices } from "../conformance/public-services.ts";
import { specIsThere } from "../conformance/spec.ts";
import { describeTemporal } from "./describe.ts";
import { configFor, type DevServer, openDevServer } from "./dev-server.ts";

setDefaultTimeout(60_000);
const scenarios = specIsThere ? await readKit() : [];

describeTemporal("on Temporal", () => {
  describe.skipIf(!specIsThere)("the Conformance Test Kit", () => {
    let temporal: DevServer;
    let pawl: Pawl;
    let services: PublicServices;
    beforeAll(async () => {
      temporal = await openDevServer();
      await temporal.start();
      pawl = await openPawl(configFor(temporal.address));
      services = startPublicServices();
    });
    afterAll(async () => {
      await services?.stop();
      await pawl?.close();
      await temporal?.close();
    });

    for (const scenario of scenarios) {
      test(`${scenario.feature}: ${scenario.name}`, async () => {
        const { failure } = await runScenario(scenario, pawl, services);
        expect(failure).toBeUndefined();
      });
    }
  });
});
