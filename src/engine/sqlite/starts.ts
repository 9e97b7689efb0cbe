import { Failure } from "../../failure.ts";
import type { StartRequest } from "../engine.ts";
import type { Revision } from "../request/revision.ts";
import { checkExecutionId, executionExists, requestDigest } from "../request/start.ts";
import { readTraceparent } from "../request/trace.ts";
import { unknownWorkflow } from "../request/unknown.ts";
import { dataLength } from "./data-length.ts";
import { Live } from "./live.ts";
import type { Parts } from "./parts.ts";
import { breath } from "./streams.ts";
import { stopping } from "./views.ts";

/** Characters of JSON. */
const longInput = 1 << 20;

interface Pending {
  readonly request: string;
  readonly durable: Promise<void>;
}

/** Starts executions, once per id. */
export class Starts {
  readonly #parts: Parts;
  readonly #pending = new Map<string, Pending>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves once the execution is durable. Rejects as `Engine.startExecution` does. */
  async start(start: StartRequest): Promise<void> {
    const { id } = start;
    checkExecutionId(id);
    const data = start.input ?? null;
    // Long data costs time at every step of its way: between two of them others have their turn.
    if (dataLength(data, longInput) > longInput) await breath(this.#parts);
    const input = JSON.stringify(data);
    const request = requestDigest(start, input);
    const there = this.#pending.get(id) ?? this.#stored(id);
    if (there && there.request !== request) {
      throw executionExists(id);
    }
    if (there) return there.durable;
    const durable = this.#begin(start, input, request);
    this.#pending.set(id, { request, durable });
    const done = () => this.#pending.delete(id);
    durable.then(done, done);
    return durable;
  }

  #stored(id: string): Pending | undefined {
    const row = this.#parts.executions.byId(id);
    return row && { request: row.request, durable: Promise.resolve() };
  }

  async #begin(start: StartRequest, input: string, request: string): Promise<void> {
    const { executions, options, runner, watchers } = this.#parts;
    this.#checkBounds(input);
    const revision = await this.#revision(start);
    if (watchers.closed) throw stopping();
    // Compiles it: what cannot run is refused before anything is written.
    revision.program;
    const live = new Live(executions.nextKey());
    const seed = options.random.uint32();
    live.start = {
      key: live.key,
      id: start.id,
      startedAt: options.clock.now(),
      seed,
      request,
      parent: start.parent ?? null,
      parentKey: null,
      child: null,
      depth: 0,
      input,
      trace: readTraceparent(start.traceparent) ?? null,
    };
    // What was parsed for this request is not parsed again; what is short is copied, whoever it belongs to.
    if (input.length > longInput) live.input = start.input;
    const event = { type: "started", id: start.id, input: start.input, seed } as const;
    return new Promise((resolve, reject) => {
      runner.begin(live, revision, { event, answer: { resolve, reject } });
    });
  }

  #revision({ workflow }: StartRequest): Revision | Promise<Revision> {
    const { catalog } = this.#parts;
    if ("text" in workflow) return catalog.fromSource(workflow);
    const found = catalog.find(workflow);
    if (!found) throw unknownWorkflow(workflow);
    return catalog.obtain(found.hash);
  }

  #checkBounds(input: string): void {
    const { limits, counts, committer } = this.#parts;
    if (committer.trouble) throw committer.trouble;
    if (input.length > limits.dataLength) {
      throw new Failure(
        "resource_exhausted",
        `The input is longer than ${limits.dataLength} characters of JSON`,
        {
          reason: "input-too-large",
          hint: "Pass a reference to the data instead of the data",
        },
      );
    }
    if (counts.total + this.#pending.size >= limits.liveExecutions) {
      throw new Failure(
        "resource_exhausted",
        `There are ${limits.liveExecutions} executions that have not ended`,
        {
          reason: "too-many-executions",
          hint: "Wait until some have ended, or cancel some",
          retryAfterMs: 10_000,
        },
      );
    }
    if (this.#pending.size >= limits.pendingStarts) {
      throw new Failure(
        "resource_exhausted",
        `${limits.pendingStarts} executions are being started already`,
        {
          reason: "too-many-starts",
          hint: "Start it again in a second",
          retryAfterMs: 1_000,
        },
      );
    }
  }
}
