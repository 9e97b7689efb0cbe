import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { openPawl, type Pawl } from "../conformance/pawl.ts";
import { describeTemporal } from "./describe.ts";
import { configFor, type DevServer, openDevServer } from "./dev-server.ts";

setDefaultTimeout(90_000);

const definition = (port: number) => `
document: { dsl: "1.0.3", namespace: test, name: counts, version: 1.0.0 }
do:
  - call: { call: http, with: { method: get, endpoint: "http://127.0.0.1:${port}/" } }
  - after: { set: { ran: true } }
`;

const sets = `
document: { dsl: "1.0.3", namespace: test, name: sets, version: 1.0.0 }
do:
  - sets: { set: { ran: true } }
`;

/** An HTTP peer that notes who called. */
function openPeer() {
  const keys = new Set<string>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      keys.add(request.headers.get("idempotency-key") ?? "");
      return Response.json({});
    },
  });
  return { keys, port: server.port as number, stop: () => server.stop(true) };
}

describeTemporal("a queue for what is started while Temporal is away", () => {
  let temporal: DevServer;
  let pawl: Pawl;
  let peer: ReturnType<typeof openPeer>;
  const open = async (more = "") => {
    pawl = await openPawl(`${configFor(temporal.address)}queue-when-unavailable: true\n${more}`);
    await Bun.write(`${pawl.directory}/counts.yaml`, definition(peer.port));
  };
  const json = async (...words: string[]) => JSON.parse((await pawl.command(...words, "-o", "json")).stdout);
  const pidOf = async () => (await json("server", "status")).pid as number;
  beforeEach(async () => {
    temporal = await openDevServer();
    peer = openPeer();
  });
  afterEach(async () => {
    await pawl.close();
    await temporal.close();
    peer.stop();
  });

  test("keeps, shows and starts it, over a kill -9 of the server", async () => {
    await open();
    for (const id of ["q2", "q1", "q3"]) {
      expect(await pawl.command("run", "counts.yaml", "-d", "--id", id)).toMatchObject({
        exitCode: 0,
        stdout: `${id}\n`,
        stderr: expect.stringContaining("is queued on this server"),
      });
    }
    expect((await pawl.command("run", "counts.yaml", "-d", "--id", "q1")).exitCode).toBe(0);
    const other = await pawl.command("run", "counts.yaml", "-d", "--id", "q1", "--input", "1");
    expect(other).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining("exists, from another request"),
    });
    expect((await pawl.command("run", "test/unknown", "-d", "--id", "unknown")).exitCode).toBe(0);
    const attached = pawl.command("run", "counts.yaml", "--id", "attached");
    await pawl.command("run", "counts.yaml", "-d", "--id", "unwanted");
    expect((await pawl.command("cancel", "unwanted")).stdout).toContain("unwanted cancelled");
    expect((await pawl.command("delete", "execution", "unwanted", "--yes")).exitCode).toBe(0);
    const listed = await pawl.command("get", "executions", "-o", "json");
    expect(listed.stderr).toStartWith("Only what is queued is shown: Temporal at");
    const executions = JSON.parse(listed.stdout) as { id: string; status: string; pendingReason: string }[];
    expect(executions.map(({ id }) => id).sort()).toEqual(["attached", "q1", "q2", "q3", "unknown"]);
    for (const { status, pendingReason } of executions) {
      expect(status).toBe("pending");
      expect(pendingReason).toContain("the next attempt is");
    }
    expect((await pawl.command("describe", "execution", "q1")).stdout).toContain("Because    It is queued");
    const before = await json("server", "status");
    expect(before).toMatchObject({
      executions: { pending: 5 },
      engine: { details: { queue: { executions: 5 } } },
    });
    process.kill(before.pid, "SIGKILL");
    expect((await json("get", "executions")).length).toBe(5);

    await temporal.start();
    expect(await attached).toMatchObject({
      exitCode: 0,
      stdout: '{"ran":true}\n',
      stderr: expect.stringContaining("Execution attached is pending: It is queued on this server"),
    });
    for (const id of ["q1", "q2", "q3"]) {
      expect(await pawl.command("follow", id)).toMatchObject({ exitCode: 0, stdout: '{"ran":true}\n' });
    }
    const unknown = await pawl.command("follow", "unknown");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain('There is no workflow "test/unknown"');
    expect((await pawl.command("events", "unknown")).stdout).toContain("workflow.faulted");
    expect((await pawl.command("events")).stdout).toMatch(/workflow\.faulted.*"subject":"unknown"/);
    const ran = (await json("get", "executions", "--status", "completed")) as {
      id: string;
      startedAt: string;
    }[];
    const inOrder = ran.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).map(({ id }) => id);
    expect(inOrder).toEqual(["q2", "q1", "q3", "attached"]);
    expect([...peer.keys].sort()).toEqual(["attached/a1", "q1/a1", "q2/a1", "q3/a1"]);
    expect(await json("server", "status")).toMatchObject({
      engine: { details: { queue: { executions: 0, notStarted: 1 } } },
    });
  });

  test("starts all, and nothing twice, when both sides are killed while it is emptied", async () => {
    await open();
    const ids = Array.from({ length: 30 }, (_, at) => `e${at}`);
    await Bun.write(`${pawl.directory}/sets.yaml`, sets);
    for (const id of ids) await pawl.command("run", "sets.yaml", "-d", "-q", "--id", id);
    const first = await pidOf();
    await temporal.start();
    await pawl.command("follow", "e4");
    process.kill(first, "SIGKILL");
    await pawl.command("follow", "e9");
    await temporal.kill();
    process.kill(await pidOf(), "SIGKILL");
    await pawl.command("server", "start");
    await temporal.start();
    // Queued behind all others, or started when there is nobody left to wait for.
    expect((await pawl.command("run", "sets.yaml", "--id", "e30")).exitCode).toBe(0);
    for (const id of ids) {
      expect(await pawl.command("follow", id)).toMatchObject({ exitCode: 0, stdout: '{"ran":true}\n' });
    }
    const listed = (await json("get", "executions", "--limit", "100")) as { id: string }[];
    expect(listed.map(({ id }) => id).sort()).toEqual([...ids, "e30"].sort());
    expect(await json("server", "status")).toMatchObject({ executions: { pending: 0 } });
  });

  test("gives up what waited for too long, told to whoever waits", async () => {
    await open("queue-ttl: 300ms\n");
    const ran = await pawl.command("run", "counts.yaml", "--id", "late");
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("Temporal did not come back to start it");
    expect(await json("get", "execution", "late")).toMatchObject({
      status: "faulted",
      pendingReason: null,
      error: { status: 408 },
    });
    await temporal.start();
    expect((await pawl.command("delete", "execution", "late", "--yes")).exitCode).toBe(0);
    expect((await pawl.command("get", "execution", "late")).exitCode).not.toBe(0);
  });
});
