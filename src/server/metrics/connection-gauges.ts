import type { EngineInfo } from "../../engine/engine.ts";
import { Gauge, type Instrument } from "./instruments.ts";

const states = ["connecting", "connected", "unhealthy", "reconnecting", "open-circuit", "rejected", "closed"];

/** How an engine stands with Temporal, as its `details` tell (docs/operations.md). */
export function connectionGauges(engine: () => EngineInfo): Instrument[] {
  const details = () => engine().details;
  const count = (name: string) => {
    const value = details()[name];
    return typeof value === "number" ? value : 0;
  };
  const polls = (kind: string) => (details()["polls"] as Record<string, number> | undefined)?.[kind] ?? 0;
  return [
    new Gauge("temporal_connection_status", "1 while Temporal is connected, 0 while it is not", () => [
      [{}, details()["connection"] === "connected" ? 1 : 0],
    ]),
    new Gauge("temporal_connection_state", "1 for the state of the connection, 0 for all others", () =>
      states.map((state) => [{ state }, details()["connection"] === state ? 1 : 0]),
    ),
    new Gauge(
      "temporal_connection_duration_seconds",
      "How long the present connection lasts; 0: none",
      () => [[{}, secondsSince(details()["connectedSince"])]],
    ),
    new Gauge(
      "temporal_reconnection_attempts_total",
      "Attempts to connect since the server started, after the first",
      () => [[{}, Math.max(0, count("attemptsTotal") - 1)]],
      "counter",
    ),
    new Gauge("temporal_workers_running", "Workers that run", () => [[{}, count("workersRunning")]]),
    new Gauge("temporal_worker_polls", "Whether the worker asks Temporal for tasks, by their kind", () =>
      ["workflows", "activities"].map((kind) => [{ kind }, polls(kind)]),
    ),
    new Gauge("temporal_executions_cached", "Executions that the worker has in memory", () => [
      [{}, count("executionsCached")],
    ]),
  ];
}

function secondsSince(time: unknown): number {
  return typeof time === "string" ? Math.max(0, (Date.now() - Date.parse(time)) / 1_000) : 0;
}
