import type { AppliedWorkflow } from "../gen/pawl/v1/workflow_pb.ts";
import type { Context } from "./command.ts";
import { formatRef } from "./workflow-ref.ts";

const actions = ["unknown", "created", "configured", "unchanged"];

/** For people: a line each, `workflow default/hello:1.0.0 created`. */
export function printApplied(context: Context, applied: readonly AppliedWorkflow[], dryRun: boolean): void {
  const suffix = dryRun ? " (dry run)" : "";
  for (const workflow of applied) {
    context.printer.line(`workflow ${refOf(workflow)} ${actions[workflow.action]}${suffix}`);
  }
}

/** As `-o json` has it. */
export function appliedRecord({ workflow, action, warnings }: AppliedWorkflow) {
  const { namespace = "", name = "", version = "" } = workflow ?? {};
  return { namespace, name, version, action: actions[action], warnings };
}

/** As `-o name` has it. */
export function nameOfApplied(applied: AppliedWorkflow): string {
  return `workflow/${refOf(applied)}`;
}

function refOf({ workflow }: AppliedWorkflow): string {
  const { namespace = "", name = "", version = "" } = workflow ?? {};
  return formatRef({ namespace, name, version });
}
