import type { Diagnostic } from "../dsl/diagnostic.ts";
import type { WorkflowError } from "../dsl/error.ts";
import type { Json, JsonObject } from "../expression/json.ts";
import type { ExecutionStatus, LifecycleRecord } from "../workflow/lifecycle.ts";

/**
 * THE seam: what an engine promises, method by method. Every engine passes `test/engine/contract.ts`.
 *
 * - A promise that resolves says that what it acknowledges survives power loss (G1).
 * - Methods reject with `Failure` and nothing else; codes are named at each method.
 * - Everything may be called concurrently.
 */
export interface Engine {
  /**
   * Opens and recovers the store; executions go on. Rejects `data_loss` or `failed_precondition` when it
   * cannot.
   */
  start(): Promise<void>;
  /**
   * Stops taking work, lets slices and commits end, cuts activities off (they run again after the next
   * start).
   */
  stop(): Promise<void>;
  info(): EngineInfo;

  /** Stores definitions, all or nothing. `invalid_argument` carries `Diagnostic[]` in `details`. */
  apply(
    sources: readonly DefinitionSource[],
    options: { readonly dryRun: boolean },
  ): Promise<AppliedWorkflow[]>;
  /**
   * What is wrong with definitions, in the order of the sources; nothing is stored. Without it there is nothing better than to
   * read them in place.
   */
  check?(sources: readonly DefinitionSource[]): Promise<readonly Diagnostic[]>;
  /** `not_found`. Without a version: the highest release, or the highest pre-release where there is no release. */
  getWorkflow(ref: WorkflowRef): Promise<WorkflowView>;
  /** The latest version of each unless `allVersions`; ordered by namespace, name, version. Their texts may be left out (""). */
  listWorkflows(filter: WorkflowFilter): Promise<WorkflowView[]>;
  /**
   * All versions with their texts as they are at one moment, ordered as lists are. `not_found` when one of
   * `workflows` is not there, `resource_exhausted` past 48 MiB of text.
   */
  exportWorkflows(selection: WorkflowSelection): Promise<WorkflowView[]>;
  /**
   * Without a version: all versions. Answers what was deleted. Running executions keep their pinned revision
   * (G5). `not_found`.
   */
  deleteWorkflow(ref: WorkflowRef): Promise<WorkflowRef[]>;

  /**
   * Starts an execution once per id: the same id with the same request answers the execution that is there;
   * with another request `already_exists`. `not_found` when the workflow is unknown, `unimplemented` when a
   * task of it is not supported yet, `resource_exhausted` past a bound.
   */
  startExecution(request: StartRequest): Promise<ExecutionView>;
  /** `not_found`. */
  getExecution(id: string): Promise<ExecutionView>;
  /**
   * The execution, once it has ended; undefined when the signal aborts before that. `not_found`; rejects with the reason
   * when it cannot go on.
   */
  endedExecution(id: string, signal: AbortSignal): Promise<ExecutionView | undefined>;
  /**
   * The definition that an execution is pinned to (G5), also one that is not stored under its name any more; its lines
   * are those of the file. The text is empty of one that is queued and asks for its workflow by name. `not_found`.
   */
  pinnedDefinition(id: string): Promise<PinnedDefinition>;
  /** Newest first. */
  listExecutions(filter: ExecutionFilter): Promise<ExecutionList>;
  /**
   * How many there are by status, those that have ended too; statuses that are not told apart count as `running`. Costs the same
   * however many there are, up to a million of each. Rejects `unavailable`.
   */
  countExecutions(): Promise<ExecutionCounts>;
  /** Resolves once the request is durable; an ended execution is left as it is. `not_found`. */
  cancelExecution(id: string): Promise<ExecutionView>;
  /** Ended and damaged executions, and queued ones that were not started; else `failed_precondition`; `not_found`. */
  deleteExecution(id: string): Promise<void>;

  /**
   * The records of one execution with `input` and `output`, oldest first, for `describe`. Of a long one the first and the
   * last: where some are left out, the next one says so. `not_found`.
   */
  history(id: string): Promise<HistoryRecord[]>;
  /**
   * Durable lifecycle records after `cursor` (empty: from the beginning), of one execution or of all; with
   * `follow` the stream goes on until the signal aborts (or, of one execution, until its last record).
   * `not_found`.
   */
  records(query: RecordQuery): AsyncIterable<HistoryRecord>;
  /**
   * Copies the whole store, as it is now, into a new file, while everything goes on. `already_exists` when there is
   * such a file, `resource_exhausted` for a full disk, `failed_precondition` when the path cannot be written, another
   * backup is under way or the engine has no store of its own.
   */
  backup(path: string, signal: AbortSignal): Promise<{ readonly bytes: number }>;
  /** Stores CloudEvents and hands them to whoever listens. Answers how many were new by their source and id. */
  publish(events: readonly JsonObject[]): Promise<number>;

  /** Where the values are that `$secrets` stands for; activities get them by `ActivityContext.secrets`. */
  readonly secrets: SecretStore;
}

/** Values go in and never come out again, but to activities. */
export interface SecretStore {
  /** Creates or replaces; what runs sees it from its next activity on. `invalid_argument`, `resource_exhausted`. */
  set(name: string, value: string): Promise<{ readonly created: boolean }>;
  /** Ordered by name. */
  list(): Promise<SecretView[]>;
  /** `not_found`. */
  delete(name: string): Promise<void>;
}

/** Secrets on this machine, for an engine that has no store of its own. */
export interface SecretKeeper {
  readonly secrets: SecretStore;
  /** The values of those of these secrets that exist, for activities alone. */
  read(names: readonly string[]): ReadonlyMap<string, string>;
  close(): void;
}

export interface SecretView {
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface EngineInfo {
  readonly kind: "sqlite" | "temporal";
  readonly state: "starting" | "ready" | "degraded" | "stopping";
  /** Live executions by status, as far as this process knows them by itself. */
  readonly executions: Readonly<Partial<Record<ExecutionStatus, number>>>;
  readonly details: JsonObject;
}

export interface DefinitionSource {
  /** How the author knows it: a path, or `-`. */
  readonly file: string;
  /** One file's whole text, YAML or JSON; may hold several documents. */
  readonly text: string;
}

export interface PinnedDefinition extends DefinitionSource {
  /** Line and column of what a JSON pointer names, where the engine has read the text anyway. */
  position?(pointer: string): { readonly line: number; readonly column: number };
}

export interface WorkflowRef {
  readonly namespace: string;
  readonly name: string;
  /** Absent or `latest`: the highest release, or the highest pre-release where there is no release. */
  readonly version?: string;
}

export interface AppliedWorkflow {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly action: "created" | "configured" | "unchanged";
  /** Warnings, as text with position. */
  readonly warnings: readonly string[];
}

export interface WorkflowView {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** Content hash of the document. */
  readonly revision: string;
  readonly title?: string;
  readonly summary?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly file: string;
  /** The text as applied. */
  readonly text: string;
}

export interface WorkflowFilter {
  readonly namespace?: string;
  readonly name?: string;
  readonly allVersions?: boolean;
  readonly limit?: number;
}

export interface WorkflowSelection {
  readonly namespace?: string;
  /** Only these; without a version: all versions. */
  readonly workflows?: readonly WorkflowRef[];
}

export interface StartRequest {
  /** Made by the client; 1–128 of `[A-Za-z0-9_-]`. */
  readonly id: string;
  /** A stored workflow, or a definition that runs as that revision without being stored under its name. */
  readonly workflow: WorkflowRef | DefinitionSource;
  readonly input: Json;
  /** Labels for people; no meaning. */
  readonly parent?: string;
  /**
   * W3C Trace Context: what it does outside happens within this trace, and so does what its children do. Not a
   * part of what makes two requests the same; what is no `traceparent` is ignored.
   */
  readonly traceparent?: string;
}

export interface ExecutionView {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly revision: string;
  readonly input: Json;
  readonly output?: Json;
  /** Both as JSON text, where the engine has that: for who only passes them on, and need not have them parsed. */
  readonly texts?: { readonly input: string; readonly output: string | undefined };
  readonly error?: WorkflowError;
  /** `file:line` of the task the error comes from, when known. */
  readonly errorPosition?: string;
  readonly parent?: string;
  /** Why it is pending, for people. */
  readonly pendingReason?: string;
  /** Of a damaged one, in a list and as it is cancelled: what is damaged, for people. Its data is left out. */
  readonly damage?: string;
  /** ms since the epoch; of one that is queued, when that was. */
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** `incomplete`: why there may be more than these, for people. */
export type ExecutionList = ExecutionView[] & { readonly incomplete?: string };

export type ExecutionCounts = Readonly<Partial<Record<ExecutionStatus, number>>>;

export interface ExecutionFilter {
  readonly namespace?: string;
  readonly workflow?: string;
  readonly status?: readonly ExecutionStatus[];
  readonly limit?: number;
}

export interface HistoryRecord {
  /** Opaque, ordered within one engine; resume with it. */
  readonly cursor: string;
  readonly execution: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly record: LifecycleRecord;
  /** Of `history`: between this record and the one before it, others are left out. */
  readonly gap?: boolean;
}

export interface RecordQuery {
  readonly execution?: string;
  readonly cursor?: string;
  /** ms since the epoch: only records at or after. */
  readonly since?: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}
