import { readdirSync } from "node:fs";
import type { EngineInfo } from "../../engine/engine.ts";
import type { JsonObject } from "../../expression/json.ts";
import type { ServerIdentity } from "../context.ts";
import { connectionGauges } from "./connection-gauges.ts";
import { Counter, Gauge, Histogram, HistogramFamily, type Instrument, secondBounds } from "./instruments.ts";

/** What is asked when somebody looks. */
export interface MetricsSources {
  readonly identity: ServerIdentity;
  readonly engine: () => EngineInfo;
  /** Calls that are worked on, and that wait for it. */
  readonly calls: () => { readonly running: number; readonly waiting: number };
}

const itemBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/**
 * All that is counted of one server. It is told by the engine (whose `Observer` it is) and by the API, and knows
 * neither; names stay as they are, new ones may be added (docs/operations.md).
 */
export class Metrics {
  readonly #executions = new Counter(
    "pawl_executions_ended_total",
    "Executions that have ended since the server started, by status",
    ["status"],
  );
  readonly #started = new Counter(
    "pawl_executions_started_total",
    "Executions that have begun since the server started, by what started them",
    ["by"],
  );
  readonly #tasks = new Counter(
    "pawl_tasks_total",
    "Runs of tasks since the server started, by kind and how they came out",
    ["kind", "outcome"],
  );
  readonly #commitItems = new Histogram(
    "pawl_commit_items",
    "What one commit holds: slices of executions and other writes",
    itemBounds,
  );
  readonly #commits = new Histogram("pawl_commit_seconds", "Time of one commit as a whole", secondBounds);
  readonly #syncs = new Histogram(
    "pawl_sync_seconds",
    "Time to write the log of one commit and sync it to disk",
    secondBounds,
  );
  readonly #timers = new Histogram(
    "pawl_timer_lateness_seconds",
    "How long after its time a timer fired",
    secondBounds,
  );
  readonly #calls = new HistogramFamily(
    "pawl_rpc_seconds",
    "Time of calls of the API, streams excepted, by method and code",
    secondBounds,
    ["method", "code"],
  );
  readonly #common: readonly Instrument[];
  /** By the kind of the engine. */
  readonly #own: Readonly<Record<EngineInfo["kind"], readonly Instrument[]>>;
  readonly #engine: () => EngineInfo;

  constructor(sources: MetricsSources) {
    this.#engine = sources.engine;
    this.#common = [...gauges(sources), this.#calls];
    this.#own = {
      sqlite: [
        liveExecutions(sources),
        this.#started,
        this.#executions,
        this.#tasks,
        this.#commitItems,
        this.#commits,
        this.#syncs,
        this.#timers,
      ],
      temporal: connectionGauges(sources.engine),
    };
  }

  /** Everything, in Prometheus' text format. */
  text(): string {
    const instruments = [...this.#common, ...this.#own[this.#engine().kind]];
    return `${instruments.flatMap((instrument) => instrument.lines()).join("\n")}\n`;
  }

  /** Monotonic, in ms. */
  now(): number {
    return performance.now();
  }

  committed(items: number, ms: number): void {
    this.#commitItems.observe(items);
    this.#commits.observe(ms / 1_000);
  }

  synced(ms: number): void {
    this.#syncs.observe(ms / 1_000);
  }

  timerFired(lateMs: number): void {
    this.#timers.observe(lateMs / 1_000);
  }

  executionStarted(by: "call" | "workflow"): void {
    this.#started.add(by);
  }

  executionEnded(status: string): void {
    this.#executions.add(status);
  }

  task(kind: string, outcome: string): void {
    this.#tasks.add(kind, outcome);
  }

  /** Bound, so that it can be handed over by itself. */
  readonly called = (method: string, code: string, ms: number): void => {
    this.#calls.observe(method, code, ms / 1_000);
  };
}

/** Where the engine counts them: those of a cluster are everybody's. */
function liveExecutions({ engine }: MetricsSources): Instrument {
  return new Gauge("pawl_executions", "Executions that have not ended, by status", () =>
    (["pending", "running", "waiting", "suspended"] as const).map((status) => [
      { status },
      engine().executions[status] ?? 0,
    ]),
  );
}

function gauges({ identity, engine, calls }: MetricsSources): Instrument[] {
  const depth = () => {
    const { details } = engine();
    const { running, waiting } = calls();
    const queues: readonly [string, unknown][] = [
      ["executions_ready", details["ready"]],
      ["executions_loaded", details["loaded"]],
      ["activities_running", details["activitiesRunning"]],
      ["activities_waiting", details["activitiesWaiting"]],
      ["commits_waiting", details["commitsWaiting"]],
      ["starts_waiting", (details["queue"] as JsonObject | undefined)?.["executions"]],
      ["calls_running", running],
      ["calls_waiting", waiting],
    ];
    return queues.flatMap(([queue, value]) =>
      typeof value === "number" ? [[{ queue }, value] as const] : [],
    );
  };
  const { version, commit } = identity;
  return [
    new Gauge("pawl_build_info", "The version that runs", () => [[{ version, commit }, 1]]),
    new Gauge("pawl_engine_ready", "1 while the engine is ready, 0 while it is not", () => [
      [{}, engine().state === "ready" ? 1 : 0],
    ]),
    new Gauge("pawl_queue_depth", "What is under way or waits, by queue", depth),
    new Gauge("process_resident_memory_bytes", "Resident memory in bytes", () => [
      [{}, process.memoryUsage.rss()],
    ]),
    new Gauge("process_start_time_seconds", "Start of the process since the epoch in seconds", () => [
      [{}, identity.startedAt / 1_000],
    ]),
    new Gauge("process_cpu_seconds_total", "CPU time in seconds", () => [[{}, cpuSeconds()]], "counter"),
    new Gauge("process_open_fds", "Open file descriptors", () => {
      const count = openDescriptors();
      return count === undefined ? [] : [[{}, count]];
    }),
  ];
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Where the system tells. */
function openDescriptors(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}
