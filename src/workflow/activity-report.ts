import { type WorkflowError, WorkflowFault } from "../dsl/error.ts";
import type { Report } from "./task-kind.ts";
import type { TaskRun } from "./task-run.ts";

/**
 * What a task that is one activity makes of its report: the output is the activity's, and so is the error.
 */
export function completeWithReport(run: TaskRun, report: Report): void {
  if (report.type === "output") run.complete(report.output);
  else if (report.type === "error") throw new WorkflowFault(withInstance(report.error, run.node.pointer));
}

/** An activity does not know which task it works for; its errors get their instance here. */
export function withInstance(error: WorkflowError, instance: string): WorkflowError {
  return error.instance === undefined ? { ...error, instance } : error;
}
