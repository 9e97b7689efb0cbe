import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TemporalAddress } from "../../src/engine/temporal/options.ts";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { source, sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended, refusal } from "../engine/reading.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";
import { type Front, type Judge, openJudgingFront } from "./fronts.ts";

setDefaultTimeout(60_000);

const napping = source("naps", "- nap:\n    wait: { seconds: 1 }");

/** Lets through whoever shows the key. */
const keeper =
  (key: () => string): Judge =>
  (_, { authorization }) =>
    authorization === `Bearer ${key()}` ? undefined : { code: 16, message: "invalid API key" };

describeTemporal("a Temporal that wants to know who we are", () => {
  let temporal: DevServer;
  let front: Front;
  let judge: Judge;
  let folder: string;
  const engines: TemporalEngine[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pawl-rejected-"));
    temporal = await openDevServer();
    await temporal.start();
    front = await openJudgingFront(temporal.address, (method, headers) => judge(method, headers));
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.stop();
    await front.close();
    await temporal.close();
    await rm(folder, { recursive: true, force: true });
  });

  function open(
    given: Pick<TemporalAddress, "apiKey" | "metadata"> & { address?: string; namespace?: string },
  ) {
    const { address = front.address, namespace, ...credentials } = given;
    const log: string[] = [];
    const engine = createEngine({
      address,
      ...(namespace && { namespace }),
      credentials,
      runActivity: new Peers().run,
      log: (line) => log.push(line),
    });
    engines.push(engine);
    return { engine, log };
  }

  const waitMs = ({ details }: { details: Record<string, unknown> }) =>
    Date.parse(String(details["nextAttemptAt"])) - Date.now();

  test("an API key that fits lets everything through, and stands in no line", async () => {
    judge = keeper(() => "right");
    const { engine, log } = open({ apiKey: { text: "right" } });
    await engine.start();
    await engine.connected;
    await engine.startExecution({ id: "r", workflow: sums, input: { a: 1 } });
    expect(await ended(engine, "r")).toMatchObject({ status: "completed", output: { sum: 3 } });
    expect(JSON.stringify([engine.info(), log])).not.toContain("right");
  });

  test("what is to be sent along with every call is", async () => {
    const without: string[] = [];
    judge = (method, headers) => {
      if (headers["x-team"] !== "payments") without.push(method);
      return undefined;
    };
    const { engine } = open({ metadata: { "x-team": "payments" } });
    await engine.start();
    await engine.connected;
    await engine.startExecution({ id: "r", workflow: sums, input: { a: 1 } });
    expect(await ended(engine, "r")).toMatchObject({ status: "completed" });
    expect(without).toEqual([]);
  });

  test.each([
    ["no key", undefined],
    ["a wrong key", { text: "wrong" }],
  ])("with %s it is rejected for five minutes, and that is said", async (_, apiKey) => {
    judge = keeper(() => "right");
    const { engine, log } = open(apiKey ? { apiKey } : {});
    await engine.start();
    const info = engine.info();
    expect(info).toMatchObject({ state: "degraded", details: { connection: "rejected", attempts: 1 } });
    expect(info.details["lastError"]).toBe(
      "it does not accept the credentials (invalid API key); replace the API key: temporal-api-key-file",
    );
    expect(waitMs(info)).toBeGreaterThan(290_000);
    expect(await refusal(engine.getExecution("any"))).toMatchObject({ reason: "temporal-rejected" });
    expect(log).toEqual([`warn Temporal at "${front.address}": rejected`]);
    expect(JSON.stringify([info, log])).not.toContain("wrong");
  });

  test("a key that was replaced in its file is shown with the next connection", async () => {
    let key = "one";
    judge = keeper(() => key);
    const file = join(folder, "key");
    await Bun.write(file, "one\n");
    const { engine } = open({ apiKey: { file } });
    await engine.start();
    await engine.connected;
    // A connection that was hardly there would not be made anew at once.
    await engine.startExecution({ id: "naps", workflow: napping, input: {} });
    await ended(engine, "naps");
    await Bun.write(file, "two\n");
    key = "two";
    // The call finds out that the old one is not accepted any more.
    expect(await refusal(engine.getExecution("any"))).toMatchObject({ code: "unavailable" });
    await engine.connected;
    expect(engine.info().details).toMatchObject({ connection: "connected", attemptsTotal: 2 });
  });

  test.each(["PollWorkflowTaskQueue", "PollActivityTaskQueue"])(
    "who may look at the namespace, but not ask for tasks (%s), is rejected",
    async (denied) => {
      judge = (method) => (method === denied ? { code: 7, message: "not for you" } : undefined);
      const { engine, log } = open({});
      await engine.start();
      const info = engine.info();
      expect(info.details).toMatchObject({ connection: "rejected", workersRunning: 0 });
      expect(String(info.details["lastError"])).toContain("it denies permission (not for you)");
      expect(waitMs(info)).toBeGreaterThan(290_000);
      expect(log).toHaveLength(1);
    },
  );

  test("a namespace that is missing is a rejection; once created, the next server has it", async () => {
    judge = () => undefined;
    const { engine } = open({ address: temporal.address, namespace: "later" });
    await engine.start();
    const info = engine.info();
    expect(info.details).toMatchObject({ connection: "rejected" });
    expect(info.details["lastError"]).toBe(
      "it does not have the namespace (Namespace later is not found.); create it, or name another: temporal-namespace",
    );
    expect(waitMs(info)).toBeGreaterThan(290_000);
    await temporal.createNamespace("later");
    const again = open({ address: temporal.address, namespace: "later" }).engine;
    await again.start();
    await again.connected;
    await again.startExecution({ id: "r", workflow: sums, input: { a: 1 } });
    expect(await ended(again, "r")).toMatchObject({ status: "completed" });
  });

  test.each([
    ["a name that nobody knows", "nowhere.invalid:7233", "its name cannot be resolved"],
    ["an address where nobody listens", "127.0.0.1:1", "Connection refused"],
  ])("%s is down, and tried again soon", async (_, address, words) => {
    const { engine } = open({ address });
    await engine.start();
    const info = engine.info();
    expect(info.details).toMatchObject({ connection: "reconnecting", attempts: 1 });
    expect(String(info.details["lastError"])).toContain(words);
    expect(waitMs(info)).toBeLessThanOrEqual(1_000);
  });
});
