import { userInfo } from "node:os";
import { join } from "node:path";
import type { Transport } from "@connectrpc/connect";
import type { ActivityPolicy } from "./activity/activity.ts";
import { runActivity } from "./activity/run.ts";
import { type Home, locateHome, prepareData, unmaking } from "./config/home.ts";
import { idleNotes, refuseIdleFlags } from "./config/idle-options.ts";
import type { Settings } from "./config/options.ts";
import { type ResolvedSettings, readSettings, type SettingsSources } from "./config/settings.ts";
import type { TemporalConnection } from "./config/temporal/connection.ts";
import { commit, version } from "./config/version.ts";
import { runDaemon } from "./daemon/daemon.ts";
import { withoutServer } from "./daemon/exclusion.ts";
import type { CreateService, Lifetime } from "./daemon/service.ts";
import type { Engine } from "./engine/engine.ts";
import { createReader } from "./engine/request/read-apart.ts";
import { runtimeText } from "./engine/request/runtime.ts";
import { systemClock } from "./engine/sqlite/clock.ts";
import { fileStore, memoryStore } from "./engine/sqlite/database.ts";
import { troubleOfStore } from "./engine/sqlite/header.ts";
import { systemRandom } from "./engine/sqlite/random.ts";
import { restoreStore } from "./engine/sqlite/restore.ts";
import { openSecrets } from "./engine/sqlite/secret-keeper.ts";
import { createSqliteEngine } from "./engine/sqlite/sqlite.ts";
import type { EngineLog, TemporalAddress } from "./engine/temporal/options.ts";
import type { ProbeStep } from "./engine/temporal/probe/probe.ts";
import { Failure } from "./failure.ts";
import { type MetricsEndpoint, serveMetrics } from "./server/metrics/endpoint.ts";
import { Metrics } from "./server/metrics/metrics.ts";
import { type ApiServer, createServer } from "./server/server.ts";

export interface ServeOptions {
  /** The home as chosen by flag or environment. */
  readonly home: string;
  /** False: a client started us, and takes our word over fd 3. */
  readonly foreground: boolean;
  readonly settings: SettingsSources;
  /** Called once, when the socket is published. */
  readonly onReady?: (socket: string) => void;
}

/** The whole life of a server; resolves with the exit code. Rejects what `runDaemon` rejects. */
export function serve(options: ServeOptions): Promise<number> {
  const home = locateHome(options.home);
  const create: CreateService = (identity, shutdown, log) => {
    let server: ApiServer | undefined;
    let lifetime: Lifetime = {};
    let endpoint: MetricsEndpoint | undefined;
    return {
      async open() {
        // Read here, so that a broken file is an error of the start, told to whoever waits for it.
        const resolved = await readSettings(home, options.settings);
        const { values: settings } = resolved;
        refuseIdle(settings);
        refuseIdleFlags(resolved);
        for (const note of idleNotes(resolved)) log("warn", note);
        const temporal =
          settings.engine === "temporal" ? await connectionOf(resolved, options, log) : undefined;
        prepareData(home);
        const calls = () => server?.load() ?? { running: 0, waiting: 0 };
        const metrics: Metrics | undefined =
          settings.metrics === undefined
            ? undefined
            : new Metrics({ identity, engine: () => engine.info(), calls });
        const engine = await openEngine(home, settings, temporal, log, metrics);
        server = createServer({
          engine,
          identity,
          shutdown,
          log,
          ...(metrics && { called: metrics.called }),
        });
        await server.open();
        if (metrics && settings.metrics !== undefined) {
          endpoint = await serveMetrics(settings.metrics, () => metrics.text());
          log("info", "Serving metrics", { url: `http://${endpoint.address}/metrics` });
        }
        lifetime = lifetimeOf(settings, engine);
      },
      lifetime: () => lifetime,
      accept: (socket) => server?.accept(socket),
      async close(deadlineMs) {
        await server?.close(deadlineMs);
        await endpoint?.close();
      },
    };
  };
  return runDaemon({ home: options.home, foreground: options.foreground, create, onReady: options.onReady });
}

/**
 * Idle is an engine in which nothing runs and nothing waits: no execution that has not ended. One that serves a cluster
 * is never idle: others count on it.
 */
function lifetimeOf({ drainMs, logLevel, idleExitMs }: Settings, engine: Engine): Lifetime {
  const isIdle = () => {
    const { kind, executions } = engine.info();
    return kind === "sqlite" && Object.values(executions).every((count) => count === 0);
  };
  return { drainMs, logLevel, idleExitMs, isIdle };
}

/** The thread that reads long definitions: in the executable an entry point of its own (`scripts/build.ts`). */
const readWorker = import.meta.path.startsWith("/$bunfs/")
  ? "/$bunfs/root/src/engine/request/read-worker.js"
  : join(import.meta.dir, "engine/request/read-worker.ts");

/** Puts a backup into a home that has no data yet and no server. Rejects what `withoutServer` and `restoreStore` do. */
export function restoreHome(home: string, backup: string): Promise<void> {
  const unmake = unmaking(locateHome(home));
  return withoutServer(home, (located) => {
    try {
      restoreStore(backup, storePath(located));
    } catch (error) {
      unmake();
      throw error;
    }
  });
}

/** Goes to Temporal step by step; see `probe`. */
export async function probeTemporal(address: TemporalAddress): Promise<ProbeStep[]> {
  const { probe } = await import("./engine/temporal/probe/probe.ts");
  return probe(address);
}

export { verifyBackup } from "./engine/sqlite/restore.ts";

/** What keeps a server from opening the store of a home, as far as that shows without opening it. */
export const storeTrouble = (home: Home) => troubleOfStore(storePath(home));

/** Of the embedded engine. */
export const storePath = (home: Home) => join(home.data, "pawl.db");

/** The engine that the settings name. Temporal's is loaded for those alone who use it. */
async function openEngine(
  home: Home,
  settings: Settings,
  temporal: TemporalConnection | undefined,
  log: EngineLog,
  metrics: Metrics | undefined,
): Promise<Engine> {
  const parts = {
    runActivity,
    policy: {
      ...activityPolicy(userInfo().homedir, settings.env),
      processGuard: join(home.data, "processes"),
    },
    log,
    version: runtimeText(version, expressionLimits(settings)),
  };
  if (temporal) {
    const { createTemporalEngine } = await import("./engine/temporal/temporal.ts");
    return createTemporalEngine({
      ...parts,
      temporal,
      cache: home.cache,
      queue: {
        path: join(home.data, "queue.db"),
        accepts: settings.queueWhenUnavailable,
        ttlMs: settings.queueTtlMs,
      },
      openSecrets: () => openSecrets(fileStore(storePath(home)), systemClock),
    });
  }
  return createSqliteEngine({
    ...parts,
    store: fileStore(storePath(home), metrics),
    read: createReader(readWorker),
    clock: systemClock,
    random: systemRandom,
    ...(metrics && { observer: metrics }),
    durability: settings.durability === "task" ? "task" : "output",
    ...(settings.retain && { retain: settings.retain }),
  });
}

function expressionLimits(settings: Settings): Parameters<typeof runtimeText>[1] {
  const { expressionSteps: steps, expressionDepth: depth } = settings;
  const { expressionOutputs: outputs, expressionBytes: bytes } = settings;
  return {
    ...(steps !== undefined && { steps }),
    ...(depth !== undefined && { depth }),
    ...(outputs !== undefined && { outputs }),
    ...(bytes !== undefined && { bytes }),
  };
}

/** Of the environment, a server sees what it sees of it for its other settings. */
async function connectionOf(
  resolved: ResolvedSettings,
  { settings }: ServeOptions,
  log: EngineLog,
): Promise<TemporalConnection> {
  const { resolveTemporal } = await import("./config/temporal/connection.ts");
  const connection = resolveTemporal(resolved, settings.env);
  for (const note of connection.notes) log("warn", note);
  return connection;
}

/** An option that would do nothing must not be taken in silence. Throws `unimplemented` or `invalid_argument`. */
function refuseIdle(settings: Settings): void {
  const hint = "Leave it out of the flags, the environment and config.yaml";
  if (settings.listen !== undefined) {
    const message = '"listen" is not supported yet';
    throw new Failure("unimplemented", message, { reason: "option-not-supported", hint });
  }
  if (settings.engine === "temporal" && settings.retain !== undefined) {
    const message =
      '"retain" is for the embedded engine: Temporal keeps what has ended as long as its namespace says';
    throw new Failure("invalid_argument", message, {
      reason: "option-of-another-engine",
      hint: `${hint}; the retention of a namespace is set by: temporal operator namespace update --retention 720h`,
    });
  }
}

/** An engine of this process alone, in memory: nothing is started and nothing is left behind. */
export interface Ephemeral {
  /** The API, as a server would offer it. */
  readonly transport: Transport;
  close(): Promise<void>;
}

/** Opens one. Processes of tasks run in `directory`; `config.yaml` and the home are not looked at. */
export async function openEphemeral(directory: string): Promise<Ephemeral> {
  const server = createServer({
    engine: createSqliteEngine({
      store: memoryStore(),
      clock: systemClock,
      random: systemRandom,
      runActivity,
      policy: activityPolicy(directory, {}),
      log: () => {},
      durability: "output",
      version,
    }),
    identity: {
      pid: process.pid,
      version,
      commit,
      homeId: "",
      instanceId: crypto.randomUUID(),
      home: "",
      socket: "",
      startedAt: Date.now(),
      foreground: true,
    },
    shutdown: () => {},
    log: () => {},
  });
  await server.open();
  return { transport: await server.transport(), close: () => server.close(0) };
}

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Size in bytes of the largest answer or output that an activity reads. */
const maxActivityBytes = 16 * 1024 * 1024;

/** What processes of tasks see: nothing of the environment of whoever happened to start the server. */
function activityPolicy(directory: string, added: Readonly<Record<string, string>>): ActivityPolicy {
  const user = userInfo();
  return {
    environment: {
      PATH: systemPath,
      HOME: user.homedir,
      USER: user.username,
      LOGNAME: user.username,
      ...added,
    },
    directory,
    maxBytes: maxActivityBytes,
    userAgent: `pawl/${version}`,
  };
}
