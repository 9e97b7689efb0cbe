import type { Diagnostic } from "../../dsl/diagnostic.ts";
import type { JsonObject } from "../../expression/json.ts";
import { Failure } from "../../failure.ts";
import type {
  AppliedWorkflow,
  DefinitionSource,
  Engine,
  EngineInfo,
  ExecutionCounts,
  ExecutionFilter,
  ExecutionView,
  HistoryRecord,
  PinnedDefinition,
  RecordQuery,
  SecretStore,
  StartRequest,
  WorkflowFilter,
  WorkflowRef,
  WorkflowSelection,
  WorkflowView,
} from "../engine.ts";
import { checkCloudEvent } from "../request/cloud-event.ts";
import { readHere } from "../request/reader.ts";
import { unknownExecution } from "../request/unknown.ts";
import { applySources } from "./applies.ts";
import { Backups } from "./backups.ts";
import type { Clock } from "./clock.ts";
import { type ExecutionRow, isWholeRow } from "./executions.ts";
import { exportWorkflows } from "./exports.ts";
import { readHistory } from "./history.ts";
import { openParts } from "./open.ts";
import type { SqliteEngineOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { Starts } from "./starts.ts";
import { awaitOver, streamRecords } from "./streams.ts";
import { isDamaged } from "./sum.ts";
import { executionView, listedView, stopping } from "./views.ts";

/** The embedded engine: durable, on SQLite, with everything of the outside world injected. */
export function createSqliteEngine(options: SqliteEngineOptions): Engine {
  return new SqliteEngine(options);
}

class SqliteEngine implements Engine {
  readonly #options: SqliteEngineOptions;
  #open: { readonly parts: Parts; readonly starts: Starts; readonly backups: Backups } | undefined;
  #state: "starting" | "ready" | "stopping" = "starting";

  constructor(options: SqliteEngineOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#open) throw new Failure("failed_precondition", "The engine is started already");
    const parts = openParts(this.#options);
    this.#open = { parts, starts: new Starts(parts), backups: new Backups(parts.connection) };
    this.#state = "ready";
  }

  async stop(): Promise<void> {
    this.#state = "stopping";
    if (!this.#open) return;
    const { parts, backups } = this.#open;
    this.#open = undefined;
    parts.timers.stop();
    parts.sweeper.stop();
    const cutOff = parts.activities.stop();
    parts.runner.stop(stopping());
    parts.watchers.close();
    await backups.stop(stopping());
    parts.connection.close();
    await within(parts.limits.stopMs, cutOff, this.#options.clock);
  }

  info(): EngineInfo {
    const { store, durability } = this.#options;
    const about = { store: store.path, durability };
    if (!this.#open) return { kind: "sqlite", state: this.#state, executions: {}, details: about };
    const { counts, committer, activities, runner } = this.#open.parts;
    const { trouble, commits } = committer;
    return {
      kind: "sqlite",
      state: trouble ? "degraded" : this.#state,
      executions: counts.toObject(),
      details: {
        ...about,
        commits,
        ready: runner.ready,
        loaded: runner.loaded,
        commitsWaiting: committer.waiting,
        activitiesRunning: activities.running,
        activitiesWaiting: activities.waiting,
        ...(trouble && { trouble: trouble.message, hint: trouble.hint }),
      },
    };
  }

  async apply(
    sources: readonly DefinitionSource[],
    options: { readonly dryRun: boolean },
  ): Promise<AppliedWorkflow[]> {
    return applySources(this.#parts, sources, options.dryRun);
  }

  async check(sources: readonly DefinitionSource[]): Promise<readonly Diagnostic[]> {
    const { read = readHere } = this.#options;
    const all = await Promise.all(sources.map(async (source) => read(source, { stored: false })));
    return all.flatMap(({ diagnostics }) => diagnostics);
  }

  async getWorkflow(ref: WorkflowRef): Promise<WorkflowView> {
    return this.#parts.catalog.view(ref);
  }

  async listWorkflows(filter: WorkflowFilter): Promise<WorkflowView[]> {
    return this.#parts.catalog.list(filter, atMost(filter.limit, this.#parts.limits.listedWorkflows));
  }

  async exportWorkflows(selection: WorkflowSelection): Promise<WorkflowView[]> {
    return exportWorkflows(this.#parts, selection);
  }

  async deleteWorkflow(ref: WorkflowRef): Promise<WorkflowRef[]> {
    const { committer, catalog } = this.#parts;
    return committer.perform(() => catalog.remove(ref));
  }

  async startExecution(request: StartRequest): Promise<ExecutionView> {
    await this.#opened.starts.start(request);
    return this.getExecution(request.id);
  }

  async getExecution(id: string): Promise<ExecutionView> {
    const { executions, catalog } = this.#parts;
    const row = executions.byId(id);
    if (!row) throw unknownExecution(id);
    return executionView(row, catalog);
  }

  async endedExecution(id: string, signal: AbortSignal): Promise<ExecutionView | undefined> {
    return (await awaitOver(this.#parts, id, signal)) ? this.getExecution(id) : undefined;
  }

  async pinnedDefinition(id: string): Promise<PinnedDefinition> {
    const { executions, catalog } = this.#parts;
    const row = executions.byId(id);
    if (!row) throw unknownExecution(id);
    const { file, text, position } = (await catalog.obtain(row.hash)).definition;
    return { file, text, position };
  }

  async listExecutions(filter: ExecutionFilter): Promise<ExecutionView[]> {
    const { executions, listing, catalog, limits } = this.#parts;
    const { namespace, workflow, status = [], limit } = filter;
    const named = namespace !== undefined || workflow !== undefined;
    const revisions = named ? catalog.revisionKeys(namespace, workflow) : undefined;
    const keys = listing.newest({ revisions, status }, atMost(limit, limits.listed));
    const rows = executions.rows(keys, limits.listedLength);
    return Promise.all(rows.map((row) => listedView(row, catalog)));
  }

  async countExecutions(): Promise<ExecutionCounts> {
    const { executions, counts } = this.#parts;
    return { ...executions.ended(), ...counts.toObject() };
  }

  async cancelExecution(id: string): Promise<ExecutionView> {
    const { executions, catalog } = this.#parts;
    const row = executions.byId(id);
    if (!row) throw unknownExecution(id);
    await this.#cancel(row);
    return listedView(executions.byKey(row.key) ?? row, catalog);
  }

  async #cancel({ key, ended_at }: ExecutionRow): Promise<void> {
    if (ended_at !== null) return;
    await new Promise<void>((resolve, reject) => {
      this.#parts.runner.deliver(key, { event: { type: "cancel-requested" }, answer: { resolve, reject } });
    });
  }

  async deleteExecution(id: string): Promise<void> {
    const { committer, executions, sweeper, runner } = this.#parts;
    const found = executions.byId(id);
    // Nobody waits for an end that will not come.
    if (found && (!isWholeRow(found) || isDamaged(runner.parked(found.key)))) await this.#cancel(found);
    await committer.perform(() => {
      const row = executions.byId(id);
      if (!row) throw unknownExecution(id);
      if (row.ended_at === null) {
        throw new Failure("failed_precondition", `The execution "${id}" has not ended`, {
          reason: "execution-not-ended",
          hint: "Cancel it first",
        });
      }
      sweeper.remove(row.key);
    });
    sweeper.removed();
  }

  async history(id: string): Promise<HistoryRecord[]> {
    return readHistory(this.#parts, id);
  }

  async *records(query: RecordQuery): AsyncGenerator<HistoryRecord> {
    yield* streamRecords(this.#parts, query);
  }

  async backup(path: string, signal: AbortSignal): Promise<{ bytes: number }> {
    return { bytes: await this.#opened.backups.make(path, signal) };
  }

  async publish(events: readonly JsonObject[]): Promise<number> {
    const { committer, inbox, options, limits } = this.#parts;
    if (events.length > limits.publishEvents) {
      throw new Failure(
        "resource_exhausted",
        `At most ${limits.publishEvents} events are published at once`,
        {
          reason: "too-many-events",
          hint: "Publish them in several calls",
        },
      );
    }
    for (const [index, event] of events.entries()) checkCloudEvent(event, index, limits.dataLength);
    const at = options.clock.now();
    return committer.perform(() => events.filter((event) => inbox.insert(event, at)).length);
  }

  get secrets(): SecretStore {
    return this.#parts.secrets;
  }

  get #opened() {
    if (!this.#open) throw this.#state === "stopping" ? stopping() : notStarted();
    return this.#open;
  }

  get #parts(): Parts {
    return this.#opened.parts;
  }
}

function atMost(limit: number | undefined, most: number): number {
  return Math.min(limit === undefined || limit <= 0 ? most : limit, most);
}

/** Resolves with the promise, or after so long. */
async function within(ms: number, promise: Promise<unknown>, clock: Clock): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(ms, resolve);
  await Promise.race([promise, late]);
  cancel();
}

const notStarted = () =>
  new Failure("unavailable", "The engine has not started", {
    reason: "engine-not-started",
    hint: "Call again",
  });
