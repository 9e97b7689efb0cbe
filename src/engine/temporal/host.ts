import { ApplicationFailure, activityInfo, CancelledFailure, Context } from "@temporalio/activity";
import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { Json } from "../../expression/json.ts";
import { Failure } from "../../failure.ts";
import type { SecretKeeper, SecretStore } from "../engine.ts";
import { childTrace } from "../request/trace.ts";
import type { TemporalEngineOptions } from "./options.ts";
import {
  type ActivityAnswer,
  type ActivityOrder,
  bounds,
  type Resolution,
  type WorkflowName,
} from "./protocol.ts";

const heartbeatMs = 4_000;

/** The activities of this server: the same that the embedded engine runs. */
export class Host {
  readonly #options: TemporalEngineOptions;
  readonly #resolve: (name: WorkflowName) => Promise<Resolution>;
  readonly #running = new Map<string, AbortController>();
  #keeper: SecretKeeper | undefined;

  constructor(options: TemporalEngineOptions, resolve: (name: WorkflowName) => Promise<Resolution>) {
    this.#options = options;
    this.#resolve = resolve;
  }

  open(): void {
    this.#keeper ??= this.#options.openSecrets();
  }

  close(): void {
    this.#keeper?.close();
    this.#keeper = undefined;
  }

  get secrets(): SecretStore {
    return this.#opened.secrets;
  }

  get running(): number {
    return this.#running.size;
  }

  /** What the worker calls. */
  get activities() {
    return {
      run: (order: ActivityOrder) => this.#run(order),
      resolve: (name: WorkflowName) => this.#resolve(name),
      turn: async () => {},
    };
  }

  /** The execution does not want it any more: here that is known before Temporal can tell. */
  cancelled(execution: string, activity: string): void {
    this.#running.get(`${execution}/${activity}`)?.abort();
  }

  get #opened(): SecretKeeper {
    if (this.#keeper !== undefined) return this.#keeper;
    throw new Failure("unavailable", "The engine does not run", { reason: "engine-not-started" });
  }

  async #run(order: ActivityOrder): Promise<ActivityAnswer> {
    const context = Context.current();
    const key = `${order.execution}/${order.activity}`;
    const controller = new AbortController();
    const abort = () => controller.abort();
    context.cancellationSignal.addEventListener("abort", abort);
    this.#running.set(key, controller);
    // Tells Temporal that we live, and hears from it whether the execution still wants the result.
    const beat = setInterval(() => context.heartbeat(), heartbeatMs);
    try {
      const answer = await this.#attempt(order, key, controller.signal);
      // A result that was cut off is none: it runs again elsewhere, unless nobody wants it.
      if (!controller.signal.aborted) return answer;
      if (context.cancellationSignal.aborted) throw await cutOff(context);
      throw ApplicationFailure.retryable("The activity was cut off");
    } finally {
      clearInterval(beat);
      context.cancellationSignal.removeEventListener("abort", abort);
      if (this.#running.get(key) === controller) this.#running.delete(key);
    }
  }

  async #attempt(order: ActivityOrder, key: string, signal: AbortSignal): Promise<ActivityAnswer> {
    const { runActivity, policy, log } = this.#options;
    const { execution, task, traceparent } = order;
    try {
      const output = await runActivity(order.request, {
        signal,
        policy,
        idempotencyKey: key,
        ...(traceparent !== undefined && { traceparent: childTrace(traceparent, key) }),
        secrets: async (names) => this.#opened.read(names),
        log: ({ stream, text }) => log("info", text, { execution, task, stream }),
      });
      return fitting(output ?? null);
    } catch (error) {
      if (error instanceof WorkflowFault) return { error: error.error };
      const detail = error instanceof Error ? error.message : String(error);
      if (!signal.aborted) log("error", `An activity broke: ${detail}`, { execution, task });
      return { error: standardError("runtime", detail) };
    }
  }
}

function fitting(output: Json): ActivityAnswer {
  if (Buffer.byteLength(JSON.stringify(output)) <= bounds.payloadBytes) return { output };
  const limit = `The result is longer than ${bounds.payloadBytes} bytes of JSON, which is what Temporal takes`;
  return { error: standardError("runtime", limit) };
}

/** A server that stops is no cancellation: the activity is to run again. */
async function cutOff(context: Context): Promise<Error> {
  const reason = await context.cancelled.catch((error: unknown) => error);
  const message = reason instanceof Error ? reason.message : "";
  if (/SHUTDOWN/.test(message))
    return ApplicationFailure.retryable(`The server stopped during ${activityInfo().activityId}`);
  return reason instanceof CancelledFailure ? reason : new CancelledFailure("The activity was cancelled");
}
