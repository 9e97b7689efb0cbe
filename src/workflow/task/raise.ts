import { type WorkflowError, WorkflowFault } from "../../dsl/error.ts";
import type { RaiseTask } from "../../dsl/types.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";
import { excerpt, type TaskRun } from "../task-run.ts";

/**
 * dsl-reference.md "Raise": the error as the author wrote it (ruling 1), with this task as its default
 * instance.
 */
export const raiseKind: TaskKind<TaskSlot> = {
  prepare(task, site) {
    const { error } = (task as RaiseTask).raise;
    const spec = typeof error === "string" ? site.component("errors", error, "/raise/error") : error;
    return site.value(spec as unknown as Json, "/raise/error");
  },

  run(run) {
    throw new WorkflowFault(errorOf(run, run.evaluate(run.plan) as JsonObject));
  },
};

function errorOf(run: TaskRun<TaskSlot>, value: JsonObject): WorkflowError {
  const { type, status, title, detail, instance } = value;
  if (typeof type !== "string" || type === "") throw invalid(run, "type", "a URI", type);
  if (typeof status !== "number" || !Number.isInteger(status))
    throw invalid(run, "status", "an integer", status);
  return {
    type,
    status,
    ...optional("title", title),
    ...optional("detail", detail),
    instance: text(instance) ?? run.node.pointer,
  };
}

function optional(name: string, value: Json | undefined): JsonObject {
  const found = text(value);
  return found === undefined ? {} : { [name]: found };
}

function text(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function invalid(
  run: TaskRun<TaskSlot>,
  name: string,
  expected: string,
  value: Json | undefined,
): WorkflowFault {
  return run.error(
    "expression",
    `${run.plan.label}/${name}: must give ${expected}, not ${excerpt(value ?? null)}`,
  );
}
