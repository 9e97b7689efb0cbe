import { digest } from "../../dsl/digest.ts";
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
  RecordQuery,
  SecretStore,
  StartRequest,
  WorkflowFilter,
  WorkflowRef,
  WorkflowSelection,
  WorkflowView,
} from "../engine.ts";
import { checkCloudEvent } from "../request/cloud-event.ts";
import type { Revision } from "../request/revision.ts";
import { Calls } from "./calls.ts";
import { Catalog } from "./catalog.ts";
import { systemClock } from "./clock.ts";
import { each } from "./each.ts";
import { Executions } from "./executions.ts";
import { Host } from "./host.ts";
import { readCredentials } from "./link/credentials.ts";
import { dial, installRuntime, type TemporalSession } from "./link/dial.ts";
import { Link } from "./link/link.ts";
import { holdRuntime } from "./link/runtime.ts";
import { Lists, Recents } from "./lists.ts";
import type { TemporalEngineOptions } from "./options.ts";
import { bounds, eventDigestOf, eventKey, type Pinned, types } from "./protocol.ts";
import { Records } from "./records.ts";
import { SharedNews } from "./shared-news.ts";
import { startExecution } from "./starts.ts";
import { Visibility } from "./visibility.ts";

const listed = 1_000;
const publishedEvents = 1_000;

export class TemporalEngine implements Engine {
  readonly #options: TemporalEngineOptions;
  readonly #link: Link<TemporalSession>;
  readonly #calls: Calls;
  readonly #catalog: Catalog;
  readonly #executions: Executions;
  readonly #visibility: Visibility;
  readonly #lists: Lists;
  readonly #records: Records;
  readonly #host: Host;
  readonly #news: SharedNews;
  readonly #recents = new Recents();
  #releaseRuntime = async () => {};
  #stopping = false;

  constructor(options: TemporalEngineOptions, workflowCode: string) {
    const { temporal, log } = options;
    const { address, namespace, taskQueue } = temporal;
    this.#options = options;
    this.#host = new Host(options, (name) => this.#catalog.resolve(name));
    const { activities } = this.#host;
    const news = {
      told: (id: string) => {
        this.#recents.add(id);
        this.#news.tell(id);
      },
      cancelled: (id: string, activity: string) => this.#host.cancelled(id, activity),
    };
    // Credentials are read for every attempt: they may be replaced while the server runs.
    const redial = async () =>
      dial({
        address,
        namespace,
        taskQueue,
        ...readCredentials(temporal),
        workflowCode,
        activities,
        news,
        log,
      });
    this.#link = new Link({ dial: redial, clock: systemClock, random: Math.random, log, address });
    this.#calls = new Calls(this.#link, namespace, taskQueue);
    this.#news = new SharedNews(this.#calls);
    this.#catalog = new Catalog(this.#calls, options.version);
    this.#executions = new Executions(this.#calls, this.#catalog);
    this.#visibility = new Visibility(this.#calls);
    this.#lists = new Lists(this.#visibility, this.#executions, this.#recents);
    this.#records = new Records(this.#calls, this.#executions, this.#lists, this.#news, (id) =>
      this.ofHere(id),
    );
  }

  /** Whether Temporal is there, now or later, is the link's business; but whoever starts us may want to use it at once. */
  async start(): Promise<void> {
    this.#host.open();
    installRuntime(this.#options.log);
    this.#releaseRuntime = holdRuntime();
    await this.#link.open();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#news.close();
    await this.#link.close();
    await this.#releaseRuntime();
    this.#host.close();
  }

  /** Resolves once Temporal is connected. */
  get connected(): Promise<void> {
    return this.#link.connected;
  }

  /** Why Temporal cannot be used now; undefined: it can. */
  get absence(): Failure | undefined {
    return this.#link.absence;
  }

  /** What makes two starts the same request, of an execution that is there. */
  async requestOf(id: string): Promise<string | undefined> {
    return (await this.#executions.describe(id))?.memo.request;
  }

  /** What an execution carries of its revision. Throws what keeps it from running. */
  pin(revision: Revision): Pinned {
    return this.#catalog.pin(revision);
  }

  /** The records of executions that only this server knows: of one, or of all. */
  protected ofHere(_id?: string): readonly HistoryRecord[] {
    return [];
  }

  /** An execution told something, to those who follow all. */
  protected tell(id: string): void {
    this.#news.tell(id);
  }

  info(): EngineInfo {
    const { address, namespace, taskQueue, settings = [] } = this.#options.temporal;
    const { state, since, nextAttemptAt, lastErrorAt, connectedSince, ...status } = this.#link.status;
    const at = (name: string, ms: number | undefined) =>
      ms === undefined ? {} : { [name]: new Date(ms).toISOString() };
    const ready = state === "connected" ? "ready" : state === "connecting" ? "starting" : "degraded";
    return {
      kind: "temporal",
      state: this.#stopping ? "stopping" : ready,
      executions: {},
      details: {
        address,
        namespace,
        taskQueue,
        connection: state,
        ...at("since", since),
        ...status,
        ...at("lastErrorAt", lastErrorAt),
        ...at("nextAttemptAt", nextAttemptAt),
        ...at("connectedSince", connectedSince),
        activitiesRunning: this.#host.running,
        settings: settings.map((setting) => ({ ...setting })),
      },
    };
  }

  async apply(
    sources: readonly DefinitionSource[],
    { dryRun }: { readonly dryRun: boolean },
  ): Promise<AppliedWorkflow[]> {
    return this.#catalog.apply(sources, dryRun);
  }

  async getWorkflow(ref: WorkflowRef): Promise<WorkflowView> {
    return this.#catalog.view(ref);
  }

  async listWorkflows(filter: WorkflowFilter): Promise<WorkflowView[]> {
    return this.#catalog.list(filter, atMost(filter.limit, bounds.catalogEntries));
  }

  async exportWorkflows(selection: WorkflowSelection): Promise<WorkflowView[]> {
    return this.#catalog.export(selection);
  }

  async deleteWorkflow(ref: WorkflowRef): Promise<WorkflowRef[]> {
    return this.#catalog.remove(ref);
  }

  async startExecution(request: StartRequest): Promise<ExecutionView> {
    const view = await startExecution(
      {
        calls: this.#calls,
        catalog: this.#catalog,
        executions: this.#executions,
        version: this.#options.version,
      },
      request,
    );
    this.#recents.add(request.id);
    return view;
  }

  async getExecution(id: string): Promise<ExecutionView> {
    return this.#executions.view(id);
  }

  async endedExecution(id: string, signal: AbortSignal): Promise<ExecutionView | undefined> {
    const isAway = this.absence !== undefined;
    return isAway
      ? this.#executions.ended(id, signal)
      : this.#calls.lasting(() => this.#executions.ended(id, signal), signal);
  }

  async pinnedDefinition(id: string): Promise<DefinitionSource> {
    const { file, text } = await this.#executions.source(id);
    return { file, text };
  }

  async listExecutions(filter: ExecutionFilter): Promise<ExecutionView[]> {
    return this.#lists.views(filter, atMost(filter.limit, listed));
  }

  async countExecutions(): Promise<ExecutionCounts> {
    return this.#visibility.counts();
  }

  async cancelExecution(id: string): Promise<ExecutionView> {
    await this.#executions.cancel(id);
    return this.#executions.view(id);
  }

  async deleteExecution(id: string): Promise<void> {
    return this.#executions.delete(id);
  }

  async history(id: string): Promise<HistoryRecord[]> {
    return this.#records.history(id);
  }

  async *records(query: RecordQuery): AsyncGenerator<HistoryRecord> {
    yield* this.#records.stream(query);
  }

  /** Kept by each server for its own activities: Temporal's history is no place for them. */
  get secrets(): SecretStore {
    return this.#host.secrets;
  }

  async backup(): Promise<never> {
    throw new Failure(
      "failed_precondition",
      "Executions and definitions are in Temporal, not in a store of this server",
      {
        reason: "backup-without-file",
        hint: "Back up the database of the Temporal cluster",
      },
    );
  }

  /** Each is a workflow of its own, whose id says that it is known already. */
  async publish(events: readonly JsonObject[]): Promise<number> {
    if (events.length > publishedEvents) {
      throw new Failure("resource_exhausted", `At most ${publishedEvents} events are published at once`, {
        reason: "too-many-events",
        hint: "Publish them in several calls",
      });
    }
    for (const [index, event] of events.entries()) checkCloudEvent(event, index, bounds.payloadBytes / 3);
    const { taskQueue } = this.#calls;
    let published = 0;
    await each(events, async (event) => {
      const workflowId = eventKey(taskQueue, digest(eventDigestOf(event)));
      const start = {
        workflowId,
        taskQueue,
        workflowIdReusePolicy: "REJECT_DUPLICATE",
        args: [event],
      } as const;
      try {
        await this.#calls.make(({ client }) => client.workflow.start(types.event, start));
        published++;
      } catch (error) {
        if (!(error instanceof Failure && error.code === "already_exists")) throw error;
      }
    });
    return published;
  }
}

function atMost(limit: number | undefined, most: number): number {
  return limit === undefined || limit <= 0 ? most : Math.min(limit, most);
}
