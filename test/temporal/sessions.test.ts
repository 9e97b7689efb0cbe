import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { bundleWorkflow } from "../../scripts/workflow-bundle.ts";
import { type DialOptions, dial, installRuntime } from "../../src/engine/temporal/link/dial.ts";
import { holdRuntime } from "../../src/engine/temporal/link/runtime.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";

setDefaultTimeout(60_000);

const descriptors = () => readdirSync("/dev/fd").length;

/** What 100 reconnections of a whole server do is `reconnects.test.ts`, in the soak. */
describeTemporal("sessions with Temporal", () => {
  let server: DevServer;
  let release: () => Promise<void>;
  let options: DialOptions;
  beforeAll(async () => {
    server = await openDevServer();
    await server.start();
    installRuntime(() => {});
    release = holdRuntime();
    options = {
      address: server.address,
      namespace: "default",
      taskQueue: crypto.randomUUID(),
      workflowCode: await bundleWorkflow(),
      activities: {
        run: async () => ({ output: null }),
        resolve: async () => ({ refused: "" }),
        turn: async () => {},
      },
      news: { told() {}, cancelled() {} },
      log: () => {},
    };
  });
  afterAll(async () => {
    await release?.();
    await server?.close();
  });

  test("leave no descriptors behind", async () => {
    const open = async () => {
      const session = await dial(options);
      await session.check();
      await session.close();
    };
    await open();
    const before = descriptors();
    for (let at = 0; at < 6; at++) await open();
    expect(descriptors()).toBeLessThanOrEqual(before + 3);
  });

  test("that could not be made leave none behind either", async () => {
    const refused = () =>
      dial({ ...options, address: "127.0.0.1:1" }).then(
        () => "connected",
        () => "refused",
      );
    expect(await refused()).toBe("refused");
    const before = descriptors();
    for (let at = 0; at < 20; at++) await refused();
    expect(descriptors()).toBeLessThanOrEqual(before + 3);
  });
});
