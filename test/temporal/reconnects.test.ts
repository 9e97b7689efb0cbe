import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { openPawl, type Pawl } from "../conformance/pawl.ts";
import { describeTemporal } from "./describe.ts";
import { configFor, type DevServer, openDevServer } from "./dev-server.ts";
import { followLog, type LogLines } from "./log-lines.ts";
import { openWire, type Wire } from "./wire.ts";

const isSoak = Boolean(process.env["PAWL_SOAK"]);
/** Each takes some seconds: that Temporal is gone, and the first step of the backoff. */
const reconnects = isSoak ? 100 : 2;
/** By then everything is there that is made once. */
const settledAfter = isSoak ? 40 : 1;
setDefaultTimeout(reconnects * 20_000);

const sets = `
document: { dsl: "1.0.3", namespace: test, name: sets, version: 1.0.0 }
do: [{ sets: { set: { ran: true } } }]
`;

interface Holdings {
  readonly descriptors: number;
  readonly threads: number;
  readonly rssMb: number;
}

function holdingsOf(pid: number): Holdings {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const count = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  const descriptors = readdirSync(`/proc/${pid}/fd`).length;
  return { descriptors, threads: count("Threads"), rssMb: count("VmRSS") / 1024 };
}

const most = (samples: readonly Holdings[], what: keyof Holdings) =>
  Math.max(...samples.map((sample) => sample[what]));

describeTemporal("connections that come and go", () => {
  let temporal: DevServer;
  let wire: Wire;
  let pawl: Pawl;
  let log: LogLines;
  beforeEach(async () => {
    temporal = await openDevServer();
    await temporal.start();
    wire = await openWire(temporal.address);
    pawl = await openPawl(configFor(wire.address));
    await Bun.write(`${pawl.directory}/sets.yaml`, sets);
    await pawl.command("server", "start");
    log = followLog(pawl);
    await log.next(": connected");
  });
  afterEach(async () => {
    await log.close();
    await pawl.close();
    await wire.close();
    await temporal.close();
  });

  test.skipIf(process.platform !== "linux")(`leave nothing behind, ${reconnects} times`, async () => {
    const { pid } = JSON.parse((await pawl.command("server", "status", "-o", "json")).stdout);
    const samples: Holdings[] = [];
    for (let at = 0; at < reconnects; at++) {
      await wire.cut();
      // Whoever calls notices first.
      expect((await pawl.command("get", "executions")).exitCode).toBe(3);
      await log.next(": reconnecting");
      await wire.mend();
      await log.next(": connected");
      expect((await pawl.command("run", "sets.yaml")).stdout).toBe('{"ran":true}\n');
      samples.push(holdingsOf(pid));
    }
    const [before, after] = [samples.slice(0, settledAfter), samples.slice(settledAfter)];
    expect(most(after, "descriptors")).toBeLessThanOrEqual(most(before, "descriptors") + 3);
    expect(most(after, "threads")).toBeLessThanOrEqual(most(before, "threads") + 3);
    if (isSoak) expect(most(after, "rssMb")).toBeLessThan(most(before, "rssMb") + 20);
  });
});
