import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import { engineContract } from "../engine/contract.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(60_000);

describeTemporal("the Temporal engine", () => {
  let server: DevServer;
  beforeAll(async () => {
    server = await openDevServer();
    await server.start();
  });
  afterAll(() => server?.close());

  engineContract("Temporal", async (runActivity) => {
    const engine = createEngine({ address: server.address, runActivity });
    await engine.start();
    await engine.connected;
    return { engine, end: () => engine.stop() };
  });
});
