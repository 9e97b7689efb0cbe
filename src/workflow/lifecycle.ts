import type { WorkflowError } from "../dsl/error.ts";
import type { Json, JsonObject } from "../expression/json.ts";

/**
 * One change in the life of an execution or a task (dsl.md "Lifecycle Events"), compact; `toCloudEvent` makes
 * the CloudEvent of it. `input` and `output` are for `describe` and are not part of the CloudEvent.
 */
export interface LifecycleRecord {
  readonly type: LifecycleType;
  /** ms since the epoch. */
  readonly at: number;
  /** JSON pointer of the task; absent for the workflow's own records. */
  readonly task?: string;
  /** Distinguishes two runs of the same task (loops, retries, branches): unique in the execution. */
  readonly run?: number;
  readonly error?: WorkflowError;
  readonly status?: ExecutionStatus;
  readonly input?: Json;
  readonly output?: Json;
}

export type ExecutionStatus =
  | "pending"
  | "running"
  | "waiting"
  | "suspended"
  | "cancelled"
  | "faulted"
  | "completed";

export type LifecycleType =
  | "workflow.started"
  | "workflow.suspended"
  | "workflow.resumed"
  | "workflow.cancelled"
  | "workflow.faulted"
  | "workflow.completed"
  | "workflow.status-changed"
  | "task.created"
  | "task.started"
  | "task.retried"
  | "task.cancelled"
  | "task.faulted"
  | "task.completed";

/** What a lifecycle CloudEvent says about the execution it belongs to. */
export interface LifecycleSubject {
  /** Id of the execution. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

const instants: Readonly<Record<string, string>> = {
  started: "startedAt",
  suspended: "suspendedAt",
  resumed: "resumedAt",
  cancelled: "cancelledAt",
  faulted: "faultedAt",
  completed: "completedAt",
  created: "createdAt",
  retried: "retriedAt",
  "status-changed": "updatedAt",
};

/**
 * The lifecycle CloudEvent (specversion 1.0, JSON data) of a record. `id` must be unique within the
 * execution: the record's cursor. The qualified name of an execution is `<workflow>-<id>.<namespace>` (dsl-
 * reference.md).
 */
export function toCloudEvent(record: LifecycleRecord, subject: LifecycleSubject, id: string): JsonObject {
  const [scope, verb] = record.type.split(".") as ["workflow" | "task", string];
  const name = `${subject.name}-${subject.id}.${subject.namespace}`;
  const instant = { [instants[verb] ?? "updatedAt"]: new Date(record.at).toISOString() };
  const definition =
    record.type === "workflow.started"
      ? { definition: { name: subject.name, namespace: subject.namespace, version: subject.version } }
      : {};
  const who = scope === "workflow" ? { name, ...definition } : { workflow: name, task: record.task ?? "" };
  return {
    specversion: "1.0",
    id: `${subject.id}/${id}`,
    source: `/${subject.namespace}/${subject.name}/${subject.version}`,
    type: `io.serverlessworkflow.${record.type}.v1`,
    subject: subject.id,
    time: new Date(record.at).toISOString(),
    datacontenttype: "application/json",
    data: {
      ...who,
      ...instant,
      ...(record.status === undefined ? {} : { status: record.status }),
      ...(record.error === undefined ? {} : { error: { ...record.error } }),
    },
  };
}
