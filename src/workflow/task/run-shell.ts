import type { ShellRequest } from "../../dsl/request.ts";
import type { RunTask } from "../../dsl/types.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import { completeWithReport } from "../activity-report.ts";
import type { TaskSlot } from "../site.ts";
import { asText, textMap } from "../slot-value.ts";
import type { TaskKind } from "../task-kind.ts";
import { excerpt, type TaskRun } from "../task-run.ts";

interface Plan {
  readonly command: TaskSlot;
  readonly stdin?: TaskSlot;
  readonly arguments?: TaskSlot;
  readonly environment?: TaskSlot;
  readonly return: ShellRequest["return"];
  readonly awaited: boolean;
}

/** dsl-reference.md "Shell Process". Not awaited, the task's output is its input. */
export const runShell: TaskKind<Plan> = {
  prepare(task, site) {
    const { run } = task as RunTask;
    const shell = run.shell!;
    const slot = (name: "stdin" | "arguments" | "environment") =>
      shell[name] === undefined ? {} : { [name]: site.value(shell[name], `/run/shell/${name}`) };
    return {
      command: site.literal(shell.command, "/run/shell/command"),
      ...slot("stdin"),
      ...slot("arguments"),
      ...slot("environment"),
      return: run.return ?? "stdout",
      awaited: run.await ?? true,
    };
  },

  run(run) {
    const { plan } = run;
    const stdin = plan.stdin === undefined ? null : run.evaluate(plan.stdin);
    const request: ShellRequest = {
      kind: "shell",
      command: run.text(plan.command),
      ...(stdin !== null && { stdin: asText(stdin) }),
      arguments: plan.arguments === undefined ? [] : argumentsOf(run, plan.arguments),
      environment: plan.environment === undefined ? {} : textMap(run, plan.environment),
      return: plan.return,
    };
    run.startActivity(request, !plan.awaited);
    if (!plan.awaited) run.complete(run.input);
  },

  report: completeWithReport,
};

/** An array of positional parameters, or a map, which becomes `--key value` pairs (rulings 10 and 16). */
function argumentsOf(run: TaskRun<Plan>, slot: TaskSlot): string[] {
  const value: Json = run.evaluate(slot);
  if (value === null) return [];
  if (Array.isArray(value)) return (value as readonly Json[]).map(asText);
  if (typeof value !== "object")
    throw run.error("expression", `${slot.label}: must give an array or an object, not ${excerpt(value)}`);
  return Object.entries(value as JsonObject).flatMap(([key, item]) => [`--${key}`, asText(item ?? null)]);
}
