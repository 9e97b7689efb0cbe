import { Failure } from "../../../failure.ts";
import type {
  DefinitionSource,
  EngineInfo,
  ExecutionFilter,
  ExecutionList,
  ExecutionView,
  HistoryRecord,
  RecordQuery,
  StartRequest,
} from "../../engine.ts";
import { parseSingle, Revision } from "../../request/revision.ts";
import { checkExecutionId, executionExists, requestDigest } from "../../request/start.ts";
import { systemClock } from "../clock.ts";
import type { TemporalEngineOptions } from "../options.ts";
import { checkBounds } from "../starts.ts";
import { TemporalEngine } from "../temporal-engine.ts";
import { type Entry, recordsOf, type Subject, sourceOf, viewOf } from "./entry.ts";
import { Queue } from "./queue.ts";

/** Temporal, with a queue in front of it for what is started while it is away. */
export class QueueingEngine extends TemporalEngine {
  readonly #queue: Queue;
  readonly #version: string;

  constructor(options: TemporalEngineOptions, workflowCode: string) {
    super(options, workflowCode);
    const { log, version, queue } = options;
    this.#version = version;
    this.#queue = new Queue(
      { ...queue, clock: systemClock, random: Math.random, log, ended: (id) => this.tell(id) },
      this.#starter(),
    );
  }

  override async start(): Promise<void> {
    // Before anything is connected: a file that cannot be used is an error of the start.
    this.#queue.open();
    await super.start();
  }

  override async stop(): Promise<void> {
    await this.#queue.close();
    await super.stop();
  }

  override info(): EngineInfo {
    const info = super.info();
    const queued = this.#queue.info;
    if (!queued) return info;
    const { pending, ended, oldest } = queued;
    const queue = {
      executions: pending.executions,
      bytes: pending.bytes,
      notStarted: ended.executions,
      ...(oldest !== undefined && { oldest: new Date(oldest).toISOString() }),
    };
    return {
      ...info,
      executions: { ...info.executions, pending: pending.executions },
      details: { ...info.details, queue },
    };
  }

  override async startExecution(request: StartRequest): Promise<ExecutionView> {
    checkExecutionId(request.id);
    const digest = requestDigest(request, JSON.stringify(request.input ?? null));
    const known = this.#queue.find(request.id);
    if (known) return this.#same(known, digest);
    if (!this.#queue.accepts) return super.startExecution(request);
    const tried = this.absence === undefined;
    if (tried) {
      try {
        return await super.startExecution(request);
      } catch (error) {
        if (!isAbsence(error)) throw error;
      }
    } else if (!isAbsence(this.absence)) throw this.absence;
    const queued = this.#queue.find(request.id);
    if (queued) return this.#same(queued, digest);
    const { id, input, ...rest } = request;
    const subject = this.#check(request);
    return this.#view(
      this.#queue.add({ id, digest, request: { ...rest, input: input ?? null }, subject, attempted: tried }),
    );
  }

  override async getExecution(id: string): Promise<ExecutionView> {
    const entry = this.#queue.find(id);
    return entry ? this.#view(entry) : super.getExecution(id);
  }

  override async endedExecution(id: string, signal: AbortSignal): Promise<ExecutionView | undefined> {
    await this.#queue.settled(id, signal);
    if (signal.aborted) return undefined;
    const entry = this.#queue.find(id);
    return entry ? this.#view(entry) : super.endedExecution(id, signal);
  }

  override async pinnedDefinition(id: string): Promise<DefinitionSource> {
    const entry = this.#queue.find(id);
    return entry ? sourceOf(entry) : super.pinnedDefinition(id);
  }

  /** What waits here is told also while the rest cannot be. */
  override async listExecutions(filter: ExecutionFilter): Promise<ExecutionList> {
    const { limit = Number.POSITIVE_INFINITY } = filter;
    const queued = this.#queue
      .list()
      .filter((entry) => matches(entry, filter))
      .take(limit > 0 ? limit : Number.POSITIVE_INFINITY)
      .map((entry) => this.#view(entry))
      .toArray();
    const others = await super.listExecutions(filter).catch((error: unknown) => {
      if (queued.length === 0 || !isAbsence(error)) throw error;
      return error as Failure;
    });
    if (others instanceof Failure) return Object.assign(queued, { incomplete: others.message });
    if (queued.length === 0) return others;
    // What was started meanwhile is among the others.
    const waiting = queued.filter(({ id }) => this.#queue.find(id));
    return [...waiting, ...others.filter(({ id }) => !this.#queue.find(id))]
      .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))
      .slice(0, limit > 0 ? limit : undefined);
  }

  override async cancelExecution(id: string): Promise<ExecutionView> {
    await this.#queue.cancel(id);
    const entry = this.#queue.find(id);
    return entry ? this.#view(entry) : super.cancelExecution(id);
  }

  override async deleteExecution(id: string): Promise<void> {
    if (!(await this.#queue.remove(id))) await super.deleteExecution(id);
  }

  override async history(id: string): Promise<HistoryRecord[]> {
    const entry = this.#queue.find(id);
    return entry ? recordsOf(entry) : super.history(id);
  }

  /** One that waits has nothing to tell; whoever follows it hears of it as soon as it is started. */
  override async *records(query: RecordQuery): AsyncGenerator<HistoryRecord> {
    const { execution, follow, signal, cursor = "", since = 0 } = query;
    if (execution !== undefined) {
      if (follow) await this.#queue.settled(execution, signal);
      if (signal.aborted) return;
      const entry = this.#queue.find(execution);
      if (entry) {
        const told = recordsOf(entry).filter((one) => one.cursor > cursor && one.record.at >= since);
        return yield* told;
      }
    }
    yield* super.records(query);
  }

  protected override ofHere(id?: string): readonly HistoryRecord[] {
    if (id === undefined) return [...this.#queue.list()].flatMap(recordsOf);
    const entry = this.#queue.find(id);
    return entry ? recordsOf(entry) : [];
  }

  /** Temporal without the queue. */
  #starter() {
    const engine = this;
    return {
      get connected() {
        return engine.connected;
      },
      get absence() {
        return engine.absence;
      },
      startExecution: (request: StartRequest) => super.startExecution(request),
      cancelExecution: (id: string) => super.cancelExecution(id),
      requestOf: (id: string) => super.requestOf(id),
    };
  }

  #view(entry: Entry): ExecutionView {
    return viewOf(entry, this.absence?.message);
  }

  #same(entry: Entry, digest: string): ExecutionView {
    if (entry.digest !== digest) throw executionExists(entry.id);
    return this.#view(entry);
  }

  /** What Temporal would not take is refused at once, as far as it can be known without it. */
  #check({ workflow, input }: StartRequest): Subject {
    const text = JSON.stringify(input ?? null);
    if (!("text" in workflow)) {
      checkBounds(text, "");
      const { namespace, name, version = "latest" } = workflow;
      return { namespace, name, version: version || "latest", revision: "" };
    }
    const revision = new Revision(parseSingle(workflow), { version: this.#version });
    const pinned = this.pin(revision);
    checkBounds(text, JSON.stringify(pinned));
    const { namespace, name, version } = pinned.document.document;
    return { namespace, name, version, revision: pinned.revision };
  }
}

function matches({ subject, status }: Entry, filter: ExecutionFilter): boolean {
  const { namespace, workflow, status: wanted = [] } = filter;
  return (
    (namespace === undefined || subject.namespace === namespace) &&
    (workflow === undefined || subject.name === workflow) &&
    (wanted.length === 0 || wanted.includes(status))
  );
}

/** Temporal cannot be used, as opposed to an answer of it, and to a server that stops. */
function isAbsence(error: unknown): boolean {
  return (
    error instanceof Failure &&
    (error.reason?.startsWith("temporal-un") || error.reason === "temporal-rejected") === true
  );
}
