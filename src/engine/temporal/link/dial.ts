import { Client } from "@temporalio/client";
import { GracefulShutdownPeriodExpiredError, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import type { EngineLog } from "../options.ts";
import { handshakeTrouble } from "../probe/handshake.ts";
import type { HostActivities, HostSinks } from "../protocol.ts";
import type { Credentials } from "./credentials.ts";
import { refusalTrouble } from "./refusal.ts";
import type { Session, WorkerStatus } from "./session.ts";
import { grpcCode, grpcMessage, isUnclear, TroubleError } from "./trouble.ts";

export interface DialOptions extends Credentials {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** The bundle of the workflows. */
  readonly workflowCode: string;
  readonly activities: HostActivities;
  readonly news: HostSinks["news"];
  readonly log: EngineLog;
}

/** A connection to Temporal with a worker and a client on it. */
export interface TemporalSession extends Session {
  readonly connection: NativeConnection;
  readonly client: Client;
}

/** Rejects when Temporal cannot be reached or does not know us. */
export async function dial(options: DialOptions): Promise<TemporalSession> {
  installRuntime(options.log);
  const { namespace } = options;
  const connection = await connect(options);
  const check = () => connection.workflowService.describeNamespace({ namespace });
  try {
    await check();
    await assertPermitted(connection, namespace);
    const worker = await createWorker(connection, options);
    const ended = worker.run();
    ended.catch(() => {});
    const client = new Client({ connection, namespace });
    const close = async () => {
      if (worker.getState() === "RUNNING") worker.shutdown();
      await ended.catch(() => {});
      await connection.close();
    };
    const whySilent = () => refusalTrouble(options.address);
    return { connection, client, check, whySilent, worker: () => statusOf(worker), ended, close };
  } catch (error) {
    await connection.close().catch(() => {});
    throw error;
  }
}

async function connect({ address, apiKey, tls, metadata }: DialOptions): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({
      address,
      ...(apiKey !== undefined && { apiKey }),
      // Undefined would mean that an API key asks for it.
      tls: tls ?? false,
      ...(metadata && { metadata }),
    });
  } catch (error) {
    // Not every refusal of TLS reaches us as such: then a handshake of our own tells.
    const trouble = isUnclear(error) ? await handshakeTrouble(address, tls) : undefined;
    throw trouble ? new TroubleError(trouble, error) : error;
  }
}

/** Whoever takes longer to say no has not said it. */
const permittedMs = 2_000;

/**
 * A worker that is not permitted to ask for tasks would ask for ever, and nobody would know. These requests lack what
 * they need, so that nothing comes of them; who is not permitted is told so before that is looked at.
 */
async function assertPermitted(connection: NativeConnection, namespace: string): Promise<void> {
  const { workflowService } = connection;
  const attempts = await connection.withDeadline(Date.now() + permittedMs, () =>
    Promise.allSettled([
      workflowService.pollWorkflowTaskQueue({ namespace }),
      workflowService.pollActivityTaskQueue({ namespace }),
    ]),
  );
  for (const attempt of attempts) {
    const error = attempt.status === "rejected" ? attempt.reason : undefined;
    const code = grpcCode(error);
    if (code === 7 || code === 16) throw error;
    if (code !== 5) continue;
    // It was described a moment ago: one that is new is not known at once to every part of Temporal.
    const message = `the namespace is not ready yet (${grpcMessage(error)})`;
    throw new TroubleError({ kind: "down", message }, error);
  }
}

function createWorker(connection: NativeConnection, options: DialOptions): Promise<Worker> {
  const { namespace, taskQueue, workflowCode, activities, news } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: { code: workflowCode },
    activities,
    sinks: {
      news: {
        told: { fn: (_info, execution: string) => news.told(execution) },
        cancelled: {
          fn: (_info, execution: string, activity: string) => news.cancelled(execution, activity),
        },
      },
    },
    reuseV8Context: true,
    workflowThreadPoolSize: 1,
    maxCachedWorkflows: 500,
    maxConcurrentActivityTaskExecutions: 256,
    // Another server takes an execution over this long after the one that knew it died.
    stickyQueueScheduleToStartTimeout: "5 s",
    maxHeartbeatThrottleInterval: "3 s",
    shutdownGraceTime: 0,
    shutdownForceTime: "5 s",
  });
}

function statusOf(worker: Worker): WorkerStatus {
  const status = worker.getStatus();
  return {
    running: status.runState === "RUNNING",
    pollsWorkflows: status.hasOutstandingWorkflowPoll,
    pollsActivities: status.hasOutstandingActivityPoll,
    executionsCached: status.numCachedWorkflows,
  };
}

type LogMetadata = Record<string, unknown>;

let installed = false;

/** The SDK's own runtime, one for the process: it says nothing but what is wrong, and leaves the signals to us. */
export function installRuntime(log: EngineLog): void {
  if (installed) return;
  installed = true;
  const levels = { WARN: "warn", ERROR: "error" } as const;
  const say = (level: "warn" | "error", message: string, meta: LogMetadata | undefined) => {
    if (!isGivenUp(meta)) log(level, message, reasonOf(meta));
  };
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (level, message, meta) => {
        if (level === "WARN" || level === "ERROR") say(levels[level], message, meta);
      },
      trace: () => {},
      debug: () => {},
      info: () => {},
      warn: (message, meta) => say("warn", message, meta),
      error: (message, meta) => say("error", message, meta),
    },
    telemetryOptions: { logging: { filter: "error", forward: {} } },
  });
}

/** A worker ends only when we give it up, which is told; what it cannot tell Temporal any more, another attempt does. */
function isGivenUp(meta: LogMetadata | undefined): boolean {
  return meta?.["error"] instanceof GracefulShutdownPeriodExpiredError;
}

/** Of what the SDK knows of an incident, what fits into a line: never data. */
function reasonOf(meta: LogMetadata | undefined): Record<string, unknown> {
  const { error, workflowId } = meta ?? {};
  return {
    ...(workflowId !== undefined && { workflowId }),
    ...(error instanceof Error && { error: error.message }),
  };
}
