import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { Place } from "../cli/pawl.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { Tail } from "./tail.ts";

setDefaultTimeout(90_000);

describeTemporal("what people see of Temporal", () => {
  let temporal: DevServer;
  let place: Place;
  let tail: Tail;
  beforeEach(async () => {
    temporal = await openDevServer();
    place = new Place();
    await place.file("home/config.yaml", "temporal-config-file: /dev/null\n");
    await place.serve(["--engine", "temporal", "--temporal-address", temporal.address, "--metrics", "0"]);
    tail = new Tail(place);
  });
  afterEach(async () => {
    await tail.close();
    await place.close();
    await temporal.close();
  });

  async function metrics(): Promise<Map<string, number>> {
    const { url } = await tail.told("Serving metrics");
    const text = await (await fetch(url as string)).text();
    const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(samples.map((line) => [line.split(" ")[0] as string, Number(line.split(" ")[1])]));
  }

  const status = async () => (await place.pawl(["server", "status"])).stdout;
  const details = async () =>
    JSON.parse((await place.pawl(["server", "status", "-o", "json"])).stdout).engine.details;

  test("the state of the connection through an outage: metrics, status, and a line for each change", async () => {
    await tail.told(": reconnecting");
    const before = await metrics();
    expect(before.get("temporal_connection_status")).toBe(0);
    expect(before.get('temporal_connection_state{state="reconnecting"}')).toBe(1);
    expect(before.get("temporal_connection_duration_seconds")).toBe(0);
    expect(before.get("temporal_workers_running")).toBe(0);
    expect(before.get('temporal_worker_polls{kind="workflows"}')).toBe(0);
    expect(before.get("pawl_engine_ready")).toBe(0);
    expect(await status()).toMatch(/^Connection reconnecting since \S+Z, \d+ attempts? to connect in all, /m);
    expect(await status()).toMatch(/^Last error Connection refused \(20/m);

    await temporal.start();
    await tail.told(": connected");
    const up = await metrics();
    expect(up.get("temporal_connection_status")).toBe(1);
    expect(up.get('temporal_connection_state{state="connected"}')).toBe(1);
    expect(up.get("temporal_connection_duration_seconds")).toBeGreaterThan(0);
    expect(up.get("temporal_workers_running")).toBe(1);
    expect(up.get('temporal_worker_polls{kind="workflows"}')).toBe(1);
    expect(up.get('temporal_worker_polls{kind="activities"}')).toBe(1);
    const attempts = up.get("temporal_reconnection_attempts_total") as number;
    expect(attempts).toBeGreaterThan(0);

    const told = tail.lines.length;
    await temporal.kill();
    // Whoever asks finds out.
    await place.pawl(["get", "executions"]);
    await tail.told(": reconnecting", told);
    const down = await metrics();
    expect(down.get("temporal_connection_status")).toBe(0);
    expect(down.get("temporal_workers_running")).toBe(0);
    expect((await details()).nextAttemptAt).toMatch(/^20.*Z$/);
    const gone = tail.lines.length;
    await temporal.start();
    await tail.told(": connected", gone);
    const again = await metrics();
    expect(again.get("temporal_connection_status")).toBe(1);
    expect(again.get("temporal_reconnection_attempts_total")).toBeGreaterThan(attempts);
    expect(tail.states.filter((state) => state !== "unhealthy")).toEqual([
      "reconnecting",
      "connected",
      "reconnecting",
      "connected",
    ]);
    const others = tail.lines.filter(
      ({ level, message }) => level !== "info" && !message.startsWith("Temporal at"),
    );
    expect(others).toEqual([]);
  });

  test("what this engine does not count is not there, instead of being zero", async () => {
    const names = [...(await metrics()).keys()];
    expect(names.filter((name) => /pawl_(executions|tasks|commit|sync|timer)/.test(name))).toEqual([]);
    expect(names).toContain('pawl_queue_depth{queue="activities_running"}');
    expect(names).toContain("process_resident_memory_bytes");
  });

  test("where Temporal is, who said so, and what the worker does", async () => {
    await temporal.start();
    await tail.told(": connected");
    const text = await status();
    expect(text).toContain(`Temporal   ${temporal.address}, namespace default, task queue pawl\n`);
    expect(text).toContain(`Settings   address ${temporal.address} from --temporal-address\n`);
    expect(text).toContain("           task queue pawl from default\n");
    expect(text).toMatch(/^Connection connected since 20\S+Z, \d+ attempts? to connect in all$/m);
    expect(text).toMatch(
      /^Workers {4}1 running, asks for executions and activities; 0 activities running, \d+ executions in memory$/m,
    );
    expect(await details()).toMatchObject({
      address: temporal.address,
      namespace: "default",
      taskQueue: "pawl",
      connection: "connected",
      attempts: 0,
      workersRunning: 1,
      polls: { workflows: 1, activities: 1 },
      settings: [
        { name: "address", value: temporal.address, origin: "--temporal-address" },
        { name: "namespace", value: "default", origin: "default" },
        { name: "task queue", value: "pawl", origin: "default" },
        { name: "TLS", value: "off", origin: "default" },
      ],
    });
  });
});
