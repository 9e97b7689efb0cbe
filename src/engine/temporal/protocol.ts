import type { WorkflowError } from "../../dsl/error.ts";
import type { ActivityRequest } from "../../dsl/request.ts";
import type { WorkflowDocument } from "../../dsl/types.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import type { Command } from "../../workflow/command.ts";
import type { Outcome } from "../../workflow/event.ts";
import type { State } from "../../workflow/state.ts";

/**
 * What the two sides say to each other: the workflows in Temporal's sandbox, and the server around them. All of it is in
 * histories, which outlive versions: fields may be added, not changed.
 */

/** A definition as it was applied. */
export interface StoredSource {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** First argument of an execution: the revision it is pinned to, whole, so that any server can run it. */
export interface Pinned {
  readonly source: StoredSource;
  readonly document: WorkflowDocument;
  readonly revision: string;
  /** `$runtime.version`. */
  readonly runtime: string;
}

/** Second argument: what the execution was started with. */
export interface Origin {
  readonly id: string;
  readonly input: Json;
  readonly seed: number;
  /** How many executions stand above it. */
  readonly depth: number;
  /** W3C Trace Context, within which it does what it does outside. */
  readonly traceparent?: string;
  /** Whom to tell of the end: Temporal's id of the parent, and the parent's name for this child. */
  readonly tells?: { readonly workflow: string; readonly child: string };
}

/** Third argument, after continue-as-new: where the run before stood. */
export interface Carried {
  /** The interpreter's. */
  readonly state: State;
  /** Records told so far. */
  readonly records: number;
  readonly lastAt: number;
  readonly timers: readonly { readonly timer: string; readonly at: number }[];
  /** Commands that were held back until this run. */
  readonly held: readonly Command[];
  /** Whether the interpreter waits for `continued`. */
  readonly owed: boolean;
}

/** What Temporal keeps beside an execution, for lists. */
export interface ExecutionMemo {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly revision: string;
  /** Says whether two starts with one id are the same request. */
  readonly request: string;
  readonly parent?: string;
  /** ms since the epoch; of a child, only after continue-as-new. */
  readonly startedAt?: number;
}

/** One activity. Its workflow's faults come back as values: Temporal retries only what the machinery broke. */
export interface ActivityOrder {
  readonly execution: string;
  readonly activity: string;
  readonly task: string;
  readonly request: ActivityRequest;
  /** Of the execution. */
  readonly traceparent?: string;
}
export type ActivityAnswer = { readonly output: Json } | { readonly error: WorkflowError };

export interface WorkflowName {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}
export type Resolution = { readonly pinned: Pinned } | { readonly refused: string };

/** What the workflows ask of the server they run on. */
export interface HostActivities {
  run(order: ActivityOrder): Promise<ActivityAnswer>;
  resolve(name: WorkflowName): Promise<Resolution>;
  /** Comes back at once: a turn for others. */
  turn(): Promise<void>;
}

/** News for the server that happens to run the workflow; lost when it ends, so nothing may depend on them. */
export type HostSinks = {
  readonly news: {
    told(execution: string): void;
    cancelled(execution: string, activity: string): void;
  };
};

/** One version of one workflow in the catalog; the text is in a workflow of its own, found by `source`. */
export interface CatalogEntry extends WorkflowName {
  readonly revision: string;
  readonly source: string;
  readonly file: string;
  readonly title?: string;
  readonly summary?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
export type NewEntry = Omit<CatalogEntry, "createdAt" | "updatedAt">;
export type Action = "created" | "configured" | "unchanged";

/** Temporal's names. The type of an execution is `<namespace>/<name>`, so that no name here may hold a slash. */
export const types = {
  catalog: "catalog",
  definition: "definition",
  event: "event",
  detached: "detached",
  news: "news",
} as const;
export const names = {
  childEnded: "child-ended",
  records: "records",
  entries: "entries",
  apply: "apply",
  remove: "remove",
  catalogFull: "catalog-full",
  faulted: "faulted",
  reading: "reading",
  told: "told",
} as const;
/** Executions that told something, on one server. */
export interface NewsItem {
  readonly ids: readonly string[];
  /** Names the server. */
  readonly from: string;
}
export interface ChildEnded {
  readonly child: string;
  readonly outcome: Outcome;
}

/** Bounds that both sides know. */
export const bounds = {
  /** Bytes of JSON of an input, an output, a state or a CloudEvent: Temporal refuses payloads of 2 MiB. */
  payloadBytes: 1_900_000,
  /** Versions of workflows in one catalog. */
  catalogEntries: 5_000,
  depth: 64,
} as const;

/** Temporal's ids: those of one task queue keep apart from those of another. */
export const executionKey = (queue: string, id: string) => `${queue}/${id}`;
export const catalogKey = (queue: string) => `${queue}//catalog`;
export const newsKey = (queue: string) => `${queue}//news`;
export const sourceKey = (queue: string, source: string) => `${queue}//definition/${source}`;
export const eventKey = (queue: string, digest: string) => `${queue}//event/${digest}`;
export const detachedKey = (queue: string, id: string, activity: string) =>
  `${queue}//detached/${id}/${activity}`;

export function eventDigestOf(event: JsonObject): Json {
  return [event["source"] ?? null, event["id"] ?? null];
}
