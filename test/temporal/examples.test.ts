import { afterAll, beforeAll, describe, setDefaultTimeout } from "bun:test";
import { specificationExamples } from "../conformance/example-suite.ts";
import { openPawl } from "../conformance/pawl.ts";
import { specIsThere } from "../conformance/spec.ts";
import { serviceExamples } from "../examples/services.ts";
import { shellExamples } from "../examples/shells.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";

setDefaultTimeout(60_000);

describeTemporal("on Temporal, as on the embedded engine", () => {
  let temporal: DevServer;
  beforeAll(async () => {
    temporal = await openDevServer();
    await temporal.start();
  });
  afterAll(() => temporal?.close());

  const open = () =>
    openPawl(
      `engine: temporal\ntemporal-address: ${temporal.address}\ntemporal-task-queue: ${crypto.randomUUID()}\n`,
    );
  describe("examples that call services", () => serviceExamples(open));
  describe("examples of this machine", () => shellExamples(open));
  describe.skipIf(!specIsThere)("examples of the specification", () => specificationExamples(open));
});
