import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ExecutionView, HistoryRecord, WorkflowView } from "../engine/engine.ts";
import type { Json } from "../expression/json.ts";
import { Failure } from "../failure.ts";
import {
  type Execution,
  ExecutionSchema,
  ExecutionStatus,
  type LifecycleRecord,
  LifecycleRecordSchema,
} from "../gen/pawl/v1/execution_pb.ts";
import { type Workflow, WorkflowSchema } from "../gen/pawl/v1/workflow_pb.ts";
import type { ExecutionStatus as Status } from "../workflow/lifecycle.ts";

/** The engine's views as messages of the API. */
export function toWorkflow(view: WorkflowView, options: { readonly withText: boolean }): Workflow {
  return create(WorkflowSchema, {
    namespace: view.namespace,
    name: view.name,
    version: view.version,
    revision: view.revision,
    title: view.title ?? "",
    summary: view.summary ?? "",
    createdAt: timestampFromMs(view.createdAt),
    updatedAt: timestampFromMs(view.updatedAt),
    file: view.file,
    text: options.withText ? view.text : "",
  });
}

export function toExecution(view: ExecutionView): Execution {
  return create(ExecutionSchema, {
    id: view.id,
    status: statuses[view.status],
    workflow: { namespace: view.namespace, name: view.name, version: view.version },
    revision: view.revision,
    input: view.texts?.input ?? JSON.stringify(view.input),
    output: view.texts ? (view.texts.output ?? "") : textOf(view.output),
    error: view.error === undefined ? "" : JSON.stringify(view.error),
    errorPosition: view.errorPosition ?? "",
    parent: view.parent ?? "",
    pendingReason: view.pendingReason ?? "",
    damage: view.damage ?? "",
    startedAt: timestampFromMs(view.startedAt),
    ...(view.endedAt === undefined ? {} : { endedAt: timestampFromMs(view.endedAt) }),
  });
}

const textOf = (value: Json | undefined) => (value === undefined ? "" : JSON.stringify(value));

export function toRecord(
  { record }: HistoryRecord,
  options: { readonly withData: boolean },
): LifecycleRecord {
  const data = (value: Json | undefined) =>
    options.withData && value !== undefined ? JSON.stringify(value) : "";
  return create(LifecycleRecordSchema, {
    type: record.type,
    at: timestampFromMs(record.at),
    task: record.task ?? "",
    run: BigInt(record.run ?? 0),
    error: record.error === undefined ? "" : JSON.stringify(record.error),
    status: record.status ?? "",
    input: data(record.input),
    output: data(record.output),
  });
}

export function fromStatuses(messages: readonly ExecutionStatus[]): Status[] {
  return messages.map((message) => {
    const found = (Object.keys(statuses) as Status[]).find((status) => statuses[status] === message);
    if (found === undefined) throw new Failure("invalid_argument", `Unknown status ${message}`);
    return found;
  });
}

/** JSON text from outside; empty is null. Throws `invalid_argument`. */
export function parseJson(text: string, what: string): Json {
  if (text === "") return null;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Failure("invalid_argument", `${what} is not JSON: ${(error as Error).message}`);
  }
}

const statuses: Record<Status, ExecutionStatus> = {
  pending: ExecutionStatus.PENDING,
  running: ExecutionStatus.RUNNING,
  waiting: ExecutionStatus.WAITING,
  suspended: ExecutionStatus.SUSPENDED,
  cancelled: ExecutionStatus.CANCELLED,
  faulted: ExecutionStatus.FAULTED,
  completed: ExecutionStatus.COMPLETED,
};
