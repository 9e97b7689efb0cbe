import type { ActivityContext, RunActivity } from "../../src/activity/activity.ts";
import { standardError, WorkflowFault } from "../../src/dsl/error.ts";
import type { Json } from "../../src/expression/json.ts";

export interface Call {
  readonly uri: string;
  readonly key: string;
  readonly traceparent?: string | undefined;
  readonly signal: AbortSignal;
  /** The values of those of these secrets that exist, as the activity may read them. */
  secrets(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Lets the activity end. */
  answer(output: Json): void;
  fail(detail: string): void;
}

/** What stands in for the world: calls are recorded, and answered at once or when the test says so. */
export class Peers {
  readonly calls: Call[] = [];
  #waiting: (() => void)[] = [];
  readonly #script: (call: Call) => void;

  /** By default a call to `…/hold` waits for the test, `…/fail` fails, all others answer `{ ok: true }`. */
  constructor(script: (call: Call) => void = answerByName) {
    this.#script = script;
  }

  readonly run: RunActivity = (request, context) => {
    if (request.kind === "http") return this.#call(request.uri, context);
    if (request.kind === "shell") return this.#call(`shell:${request.command}`, context);
    throw new Error(`No peer speaks "${request.kind}"`);
  };

  /** How often each URI was called. */
  count(uri: string): number {
    return this.calls.filter((call) => call.uri.endsWith(uri)).length;
  }

  /** Resolves once so many calls have come in. */
  async arrived(calls: number): Promise<void> {
    while (this.calls.length < calls) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #call(uri: string, context: ActivityContext): Promise<Json> {
    const { signal, idempotencyKey: key, traceparent } = context;
    const secrets = async (names: readonly string[]) => (await context.secrets?.(names)) ?? new Map();
    return new Promise((resolve, reject) => {
      const fault = (detail: string) => new WorkflowFault(standardError("communication", detail));
      const fail = (detail: string) => reject(fault(detail));
      const call = { uri, key, traceparent, signal, secrets, answer: resolve, fail };
      signal.addEventListener("abort", () => call.fail("aborted"));
      this.calls.push(call);
      for (const wake of this.#waiting.splice(0)) wake();
      this.#script(call);
    });
  }
}

function answerByName(call: Call): void {
  if (call.uri.endsWith("/fail")) call.fail("The peer refused");
  else if (!call.uri.endsWith("/hold")) call.answer({ ok: true });
}
