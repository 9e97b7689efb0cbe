import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { openPawl, type Pawl } from "../conformance/pawl.ts";
import { describeTemporal } from "./describe.ts";
import { configFor, type DevServer, openDevServer } from "./dev-server.ts";
import { outageOf } from "./outage-timer.ts";
import { openWire, type Wire } from "./wire.ts";

const isSoak = Boolean(process.env["PAWL_SOAK"]);
/** A minute of it. */
const flaps = 10;
const flapMs = 3_000;
setDefaultTimeout(2 * flaps * flapMs + 120_000);

const sets = `
document: { dsl: "1.0.3", namespace: test, name: sets, version: 1.0.0 }
do: [{ sets: { set: { ran: true } } }]
`;

describeTemporal(`a way to Temporal that goes and comes every ${flapMs / 1000} s`, () => {
  let temporal: DevServer;
  let wire: Wire;
  const pawls: Pawl[] = [];
  beforeEach(async () => {
    temporal = await openDevServer();
    await temporal.start();
    wire = await openWire(temporal.address);
  });
  afterEach(async () => {
    for (const pawl of pawls.splice(0)) await pawl.close();
    await wire.close();
    await temporal.close();
  });
  const open = async (more: string) => {
    const pawl = await openPawl(`${configFor(wire.address)}${more}`);
    pawls.push(pawl);
    await Bun.write(`${pawl.directory}/sets.yaml`, sets);
    await pawl.command("server", "start");
    return pawl;
  };
  /** Off for as long as on. */
  const flap = async () => {
    for (let at = 0; at < flaps; at++) {
      await wire.cut();
      await outageOf(flapMs);
      await wire.mend();
      await outageOf(flapMs);
    }
  };

  test.skipIf(!isSoak)(
    "(soak) costs no execution that was accepted, and starts none twice or against its refusal",
    async () => {
      const queueing = await open("queue-when-unavailable: true\n");
      const refusing = await open("");
      let isFlapping = true;
      const flapping = flap().then(() => {
        isFlapping = false;
      });
      const accepted: string[] = [];
      const refused: string[] = [];
      const start = async (pawl: Pawl, id: string) => {
        const from = performance.now();
        const ran = await pawl.command("run", "sets.yaml", "--detach", "--quiet", "--id", id);
        expect(performance.now() - from).toBeLessThan(2_000);
        if (ran.exitCode === 0) accepted.push(id);
        // One that was on its way when the connection broke may be there.
        else if (!ran.stderr.includes("went away meanwhile")) refused.push(id);
        return ran;
      };
      for (let at = 0; isFlapping; at++) {
        expect(await start(queueing, `queueing-${at}`)).toMatchObject({ exitCode: 0, stderr: "" });
        await start(refusing, `refusing-${at}`);
      }
      await flapping;
      expect(accepted.length).toBeGreaterThan(flaps);
      expect(refused.length).toBeGreaterThan(0);
      for (const id of accepted) {
        expect(await queueing.command("follow", id)).toMatchObject({ exitCode: 0, stdout: '{"ran":true}\n' });
      }
      const listed = await queueing.command("get", "executions", "--limit", "10000", "-o", "json");
      const executions = JSON.parse(listed.stdout) as { id: string; status: string }[];
      const ids = executions.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(accepted.filter((id) => !ids.includes(id))).toEqual([]);
      expect(refused.filter((id) => ids.includes(id))).toEqual([]);
      expect(executions.filter(({ status }) => status !== "completed")).toEqual([]);
    },
  );
});
