import { workflowInfo } from "@temporalio/workflow";

/**
 * The task queue as it stands in the ids of all that belongs to it. Read off the execution's own id, which a replay keeps,
 * and not asked of the worker, which has another queue then.
 */
export function queueOf(executionId: string): string {
  return workflowInfo().workflowId.slice(0, -(executionId.length + 1));
}
