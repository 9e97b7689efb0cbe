import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { backoffMs } from "../../src/engine/temporal/link/backoff.ts";
import { openPawl, type Pawl } from "../conformance/pawl.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { type HoldingPeer, openHoldingPeer } from "./holding-peer.ts";
import { followLog, type LogLines } from "./log-lines.ts";
import { outageOf } from "./outage-timer.ts";

/** How long Temporal is away. */
const outageMs = process.env["PAWL_SOAK"] ? 60_000 : 10_000;
setDefaultTimeout(outageMs + 90_000);

const definitions = {
  holds: (port: number) => `
    - before: { set: { n: 1 } }
    - call: { call: http, with: { method: get, endpoint: "http://127.0.0.1:${port}/" } }
    - after: { set: { answer: "\${ .word }" } }`,
  naps: () => `
    - one: { wait: { seconds: 4 } }
    - two: { set: { napped: true } }`,
  sets: () => `
    - sets: { set: { ran: true } }`,
};

describeTemporal(`Temporal is away for ${outageMs / 1000} s in the middle of executions`, () => {
  let temporal: DevServer;
  let pawl: Pawl;
  let peer: HoldingPeer;
  let log: LogLines;
  beforeEach(async () => {
    temporal = await openDevServer();
    await temporal.start();
    peer = openHoldingPeer();
    pawl = await openPawl(`engine: temporal\ntemporal-address: ${temporal.address}\n`);
    for (const [name, tasks] of Object.entries(definitions)) {
      const head = `document: { dsl: "1.0.3", namespace: test, name: ${name}, version: 1.0.0 }\ndo:`;
      await Bun.write(`${pawl.directory}/${name}.yaml`, `${head}${tasks(peer.port)}\n`);
    }
    await pawl.command("server", "start");
    log = followLog(pawl);
    await log.next(": connected");
  });
  afterEach(async () => {
    await log.close();
    await pawl.close();
    await temporal.close();
    peer.stop();
  });

  const statusOf = async () => JSON.parse((await pawl.command("server", "status", "-o", "json")).stdout);

  /** In less than a second, with the reason and when the next attempt is. */
  const refused = async (...words: string[]) => {
    const from = performance.now();
    const ran = await pawl.command(...words);
    const tookMs = performance.now() - from;
    // What any command takes on this machine at this moment does not count.
    await statusOf();
    const anyMs = performance.now() - from - tookMs;
    expect(tookMs - anyMs).toBeLessThan(1_000);
    expect(ran).toMatchObject({ exitCode: 3, stdout: "" });
    expect(ran.stderr).toMatch(
      /cannot be used: .*; the next attempt is (in (at most )?\d+ s|under way, the one after it in at most \d+ s)\n/,
    );
    const { details } = (await statusOf()).engine;
    // Never absent while it is away.
    expect(Date.parse(details.nextAttemptAt)).toBeWithin(Date.now() - 6_000, Date.now() + 30_000);
    return ran.stderr;
  };

  const outages = {
    killed: { begin: () => temporal.kill(), end: () => temporal.start() },
    frozen: { begin: async () => temporal.freeze(), end: async () => temporal.thaw() },
  };

  test.each(["killed", "frozen"] as const)(
    "%s, it costs no execution, and no time when it is back",
    async (how) => {
      await pawl.command("run", "holds.yaml", "--detach", "--id", "held");
      await pawl.command("run", "naps.yaml", "--detach", "--id", "napping");
      const follower = pawl.start("follow", "napping", "--progress", "plain");
      // Its first words: by then it follows.
      await follower.stderr.getReader().read();
      await peer.arrived(1);
      await outages[how].begin();
      const over = outageOf(outageMs);
      // What is called at the same moment cannot know; from then on it is known.
      const told = await refused("get", "executions");
      if (how === "killed") expect(told).toMatch(/refused/);
      await refused("run", "sets.yaml", "--id", "refused");
      await log.next(": reconnecting");
      await refused("run", "sets.yaml", "--id", "refused-too");
      await over;
      const { engine } = await statusOf();
      expect(engine).toMatchObject({ state: "degraded", details: { workersRunning: 0 } });
      const stepMs = backoffMs(Math.max(1, engine.details.attempts), 1);
      await outages[how].end();
      const from = performance.now();
      await log.next(": connected");
      expect((await pawl.command("run", "sets.yaml", "--id", "first")).stdout).toBe('{"ran":true}\n');
      const tookMs = performance.now() - from;
      // What any execution takes on this machine at this moment does not count.
      await pawl.command("run", "sets.yaml", "--id", "second");
      const anyMs = performance.now() - from - tookMs;
      expect(tookMs - anyMs).toBeLessThan(stepMs + 2_000);
      expect(await follower.stdout.text()).toBe('{"napped":true}\n');
      const arrivals = await peer.arrived(2);
      for (const { answer } of arrivals) answer();
      expect(await pawl.command("follow", "held")).toMatchObject({
        exitCode: 0,
        stdout: '{"answer":"done"}\n',
      });
      expect(new Set(arrivals.map(({ key }) => key))).toEqual(new Set(["held/a1"]));
      const executions = JSON.parse((await pawl.command("get", "executions", "-o", "json")).stdout);
      expect(executions.map(({ id }: { id: string }) => id).sort()).toEqual([
        "first",
        "held",
        "napping",
        "second",
      ]);
    },
  );

  test("an activity that was in flight is no error in the log: it runs again", async () => {
    await pawl.command("run", "holds.yaml", "--detach", "--id", "held");
    await peer.arrived(1);
    await temporal.kill();
    await log.next(": reconnecting");
    // A worker that was given up ends within 5 s: Temporal is away for longer.
    await outageOf(7_000);
    await temporal.start();
    await log.next(": connected");
    for (const { answer } of await peer.arrived(2)) answer();
    expect(await pawl.command("follow", "held")).toMatchObject({ exitCode: 0 });
    const { stdout } = await pawl.command("server", "logs", "-o", "jsonl");
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ message }) => message.endsWith(": connected"))).toHaveLength(2);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});
