import { Failure } from "../../failure.ts";
import type { WorkflowRef } from "../engine.ts";

export function unknownWorkflow({ namespace, name, version }: WorkflowRef): Failure {
  const which = version && version !== "latest" ? ` in version "${version}"` : "";
  return new Failure("not_found", `There is no workflow "${namespace}/${name}"${which}`, {
    reason: "workflow-not-found",
    hint: "Apply its definition first",
  });
}

export function unknownExecution(id: string): Failure {
  return new Failure("not_found", `There is no execution "${id}"`, {
    reason: "execution-not-found",
    hint: "List the executions to see their ids",
  });
}
