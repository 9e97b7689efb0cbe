import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { RunTask, WorkflowProcess } from "../../dsl/types.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";

interface Plan {
  readonly namespace: TaskSlot;
  readonly name: TaskSlot;
  readonly version: TaskSlot;
  readonly input?: TaskSlot;
  readonly silent: boolean;
  readonly awaited: boolean;
}

/**
 * dsl-reference.md "Workflow Process". Without `input` the child gets the task's (ruling 19). Its error
 * becomes this task's, with this task as the instance, since the child's pointer names nothing in this
 * definition.
 */
export const runWorkflow: TaskKind<Plan> = {
  prepare(task, site) {
    const { run } = task as RunTask;
    const workflow = run.workflow as WorkflowProcess;
    const slot = (name: "namespace" | "name" | "version") =>
      site.value(workflow[name] ?? "latest", `/run/workflow/${name}`);
    return {
      namespace: slot("namespace"),
      name: slot("name"),
      version: slot("version"),
      ...(workflow.input !== undefined && { input: site.value(workflow.input, "/run/workflow/input") }),
      silent: run.return === "none",
      awaited: run.await ?? true,
    };
  },

  run(run) {
    const { plan, machine } = run;
    const workflow = {
      namespace: run.text(plan.namespace),
      name: run.text(plan.name),
      version: run.text(plan.version),
    };
    const input = plan.input === undefined ? run.input : run.evaluate(plan.input);
    machine.startChild(run.id, { workflow, input, await: plan.awaited });
    if (!plan.awaited) run.complete(run.input);
  },

  report(run, report) {
    if (report.type !== "child") return;
    const { outcome } = report;
    const instance = run.node.pointer;
    if (outcome.status === "completed") return run.complete(run.plan.silent ? null : outcome.output);
    if (outcome.status === "faulted") throw new WorkflowFault({ ...outcome.error, instance });
    throw new WorkflowFault(standardError("runtime", "The child workflow was cancelled", { instance }));
  },
};
