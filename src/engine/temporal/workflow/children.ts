import {
  defineSignal,
  getExternalWorkflowHandle,
  proxyLocalActivities,
  startChild as startWorkflow,
  workflowInfo,
} from "@temporalio/workflow";
import { standardError, type WorkflowError } from "../../../dsl/error.ts";
import { sha256 } from "../../../dsl/sha256.ts";
import type { Command } from "../../../workflow/command.ts";
import type { Outcome } from "../../../workflow/event.ts";
import {
  bounds,
  type ChildEnded,
  type ExecutionMemo,
  executionKey,
  type HostActivities,
  names,
  type Origin,
  type Pinned,
} from "../protocol.ts";
import { localOptions } from "./activities.ts";
import { bytesOf, isTooLong, tooLong } from "./bytes.ts";
import type { Portions } from "./portions.ts";
import { queueOf } from "./queue.ts";

export const childEndedSignal = defineSignal<[ChildEnded]>(names.childEnded);
export type StartChild = Extract<Command, { type: "start-child" }>;

const { resolve } = proxyLocalActivities<HostActivities>(localOptions);

/**
 * Starts a child; answers why it cannot be. Parent and child live on their own, in Temporal's terms: so either can
 * continue as new, and the child tells of its end by a signal.
 */
export async function startChild(
  parent: Origin,
  command: StartChild,
  portions: Portions,
): Promise<WorkflowError | undefined> {
  const { namespace, name, version } = command.workflow;
  const fault = (detail: string) => standardError("configuration", detail, { instance: command.task });
  const resolution = await resolve({ namespace, name, version });
  if ("refused" in resolution) return fault(resolution.refused);
  if (parent.depth >= bounds.depth)
    return fault(`Workflows run workflows more than ${bounds.depth} levels deep`);
  if (isTooLong(command.input)) return fault(tooLong("The input"));
  const id = childId(parent.id, command.child);
  const { pinned } = resolution;
  const origin = originOf(parent, command, id);
  await portions.room(bytesOf([pinned, origin]));
  try {
    await startWorkflow(`${namespace}/${name}`, {
      workflowId: executionKey(queueOf(parent.id), id),
      args: [pinned, origin],
      memo: { ...memoOf(pinned, command, parent, id) },
      parentClosePolicy: "ABANDON",
      workflowIdReusePolicy: "REJECT_DUPLICATE",
    });
    return undefined;
  } catch {
    return fault(`The child's id "${id}" is taken by another execution`);
  }
}

/** Never fails: a child that is not there any more needs no cancelling. */
export async function cancelChild(parent: Origin, child: string): Promise<void> {
  const key = executionKey(queueOf(parent.id), childId(parent.id, child));
  await getExternalWorkflowHandle(key)
    .cancel()
    .catch(() => {});
}

/** Never fails: a parent that is not there any more needs not know. */
export async function tellParent(tells: NonNullable<Origin["tells"]>, outcome: Outcome): Promise<void> {
  await getExternalWorkflowHandle(tells.workflow)
    .signal(childEndedSignal, { child: tells.child, outcome })
    .catch(() => {});
}

function originOf(parent: Origin, command: StartChild, id: string): Origin {
  const { workflowId } = workflowInfo();
  return {
    id,
    input: command.input ?? null,
    // Deterministic here: the sandbox seeds it.
    seed: Math.floor(Math.random() * 2 ** 32),
    depth: parent.depth + 1,
    ...(parent.traceparent !== undefined && { traceparent: parent.traceparent }),
    ...(command.await && { tells: { workflow: workflowId, child: command.child } }),
  };
}

function memoOf({ revision }: Pinned, { workflow }: StartChild, parent: Origin, id: string): ExecutionMemo {
  const { namespace, name, version } = workflow;
  return { id, namespace, name, version, revision, request: "", parent: parent.id };
}

/** The same for every run of the same command, and no longer than an id may be. */
function childId(parent: string, child: string): string {
  const digest = sha256(new TextEncoder().encode(`${parent}/${child}`)).slice(0, 16);
  return `${parent.slice(0, 96)}-${digest}`;
}
