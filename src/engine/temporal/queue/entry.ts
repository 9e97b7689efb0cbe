import type { WorkflowError } from "../../../dsl/error.ts";
import type { Json } from "../../../expression/json.ts";
import type {
  DefinitionSource,
  ExecutionView,
  HistoryRecord,
  StartRequest,
  WorkflowRef,
} from "../../engine.ts";
import { formatCursor } from "../cursor.ts";

/** How much one server keeps while Temporal is away. */
export const queueBounds = {
  executions: 10_000,
  /** Of definitions and inputs together. */
  bytes: 64 * 1024 * 1024,
  /** How long it is known what became of one that was not started. */
  endedMs: 7 * 86_400_000,
} as const;

/** An execution that Temporal does not know, or may not know: it waits for its start, or did not come to it. */
export interface Entry {
  readonly id: string;
  /** Says whether two starts with one id are the same request. */
  readonly digest: string;
  readonly request: QueuedRequest;
  readonly subject: Subject;
  /** ms since the epoch. */
  readonly queuedAt: number;
  readonly expiresAt: number;
  /** Temporal was asked to start it, at least once, and may have done so. */
  readonly attempted: boolean;
  /** It is not to be started any more, or to be cancelled if it was. */
  readonly withdrawn: boolean;
  readonly status: "pending" | "faulted" | "cancelled";
  readonly error?: WorkflowError;
  readonly endedAt?: number;
}

/** A start, as it is kept. */
export type QueuedRequest = Omit<StartRequest, "id" | "input"> & { readonly input: Json };

/** What is known of its workflow; the revision of one that is asked for by name is that of its start. */
export interface Subject extends Required<WorkflowRef> {
  readonly revision: string;
}

export function viewOf(entry: Entry, absence: string | undefined): ExecutionView {
  const { id, status, subject, request, queuedAt, endedAt, error } = entry;
  return {
    id,
    status,
    ...subject,
    input: request.input,
    ...(error && { error }),
    ...(request.parent !== undefined && { parent: request.parent }),
    ...(status === "pending" && { pendingReason: reasonOf(entry, absence) }),
    startedAt: queuedAt,
    ...(endedAt !== undefined && { endedAt }),
  };
}

function reasonOf({ attempted, withdrawn }: Entry, absence: string | undefined): string {
  if (absence === undefined) return "It is queued on this server, and being started";
  if (withdrawn) return `It is cancelled as soon as Temporal tells whether it was started: ${absence}`;
  if (attempted) return `Temporal went away while it was being started: ${absence}`;
  return `It is queued on this server: ${absence}`;
}

/** What an entry tells of itself, as Temporal's executions do: nothing before its end. */
export function recordsOf({ id, subject, status, error, endedAt }: Entry): HistoryRecord[] {
  if (endedAt === undefined || status === "pending") return [];
  const { namespace, name, version } = subject;
  const record = { type: `workflow.${status}`, at: endedAt, ...(error && { error }) } as const;
  return [{ cursor: formatCursor(endedAt, 0, id), execution: id, namespace, name, version, record }];
}

/** The definition that a start carries with it; of one that asks by name nothing is pinned yet. */
export function sourceOf({ request: { workflow }, subject }: Entry): DefinitionSource {
  return "text" in workflow ? workflow : { file: `${subject.namespace}/${subject.name}`, text: "" };
}
