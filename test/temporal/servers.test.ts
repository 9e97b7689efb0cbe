import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { openPawl, type Pawl } from "../conformance/pawl.ts";
import { describeTemporal } from "./describe.ts";
import { configFor, type DevServer, openDevServer } from "./dev-server.ts";
import { openHoldingPeer } from "./holding-peer.ts";
import { linesOf } from "./log-lines.ts";

setDefaultTimeout(90_000);

/** Calls a peer that holds its answer, between two tasks that do not leave the engine. */
const definition = (port: number) => `
document: { dsl: "1.0.3", namespace: test, name: shared, version: 1.0.0 }
do:
  - before: { set: { n: 1 } }
  - call: { call: http, with: { method: get, endpoint: "http://127.0.0.1:${port}/" } }
  - after: { set: { answer: "\${ .word }" } }
`;

describeTemporal("Pawl servers on one Temporal", () => {
  let temporal: DevServer;
  let pawls: Pawl[];
  beforeEach(async () => {
    temporal = await openDevServer();
    await temporal.start();
    const config = configFor(temporal.address);
    pawls = [await openPawl(config), await openPawl(config)];
  });
  afterEach(async () => {
    for (const pawl of pawls) await pawl.close();
    await temporal.close();
  });

  test("who follows all executions on one hears of those of the other", async () => {
    const [one, two] = pawls as [Pawl, Pawl];
    await Bun.write(
      `${two.directory}/sets.yaml`,
      'document: { dsl: "1.0.3", namespace: test, name: sets, version: 1.0.0 }\ndo: [{ sets: { set: { a: 1 } } }]\n',
    );
    await two.command("run", "sets.yaml", "--id", "before");
    const follower = one.start("events", "--follow");
    const events = linesOf(follower.stdout);
    const completed = async (id: string) => {
      for (;;) {
        const { value = "", done } = await events.next();
        if (done || (value.includes(`"${id}"`) && value.includes("workflow.completed"))) return !done;
      }
    };
    expect(await completed("before")).toBe(true);
    for (const id of ["first", "second"]) {
      await two.command("run", "sets.yaml", "--id", id);
      expect(await completed(id)).toBe(true);
    }
    follower.kill();
    await follower.exited;
    const executions = JSON.parse((await one.command("get", "executions", "-o", "json")).stdout);
    expect(executions.map(({ id }: { id: string }) => id)).toEqual(["second", "first", "before"]);
  });

  test("what one applies, another runs; and it takes over when the one is killed", async () => {
    const [one, two] = pawls as [Pawl, Pawl];
    const peer = openHoldingPeer();
    await Bun.write(`${one.directory}/shared.yaml`, definition(peer.port));
    expect((await one.command("apply", "-f", "shared.yaml")).exitCode).toBe(0);
    const started = await one.command("run", "test/shared", "--detach");
    expect(started).toMatchObject({ exitCode: 0, stderr: "" });
    const id = started.stdout.trim();
    const [first] = await peer.arrived(1);
    const { pid } = JSON.parse((await one.command("server", "status", "-o", "json")).stdout);
    process.kill(pid, "SIGKILL");
    const listed = await two.command("get", "executions", "-o", "json");
    expect(listed.stdout).toContain(id);
    const arrivals = await peer.arrived(2);
    expect(arrivals[1]?.key).toBe(first?.key ?? "none");
    for (const { answer } of arrivals) answer();
    await two.command("events", id, "--follow");
    const execution = JSON.parse((await two.command("get", "execution", id, "-o", "json")).stdout);
    expect(execution).toMatchObject({ status: "completed", output: { answer: "done" } });
    peer.stop();
  });
});
