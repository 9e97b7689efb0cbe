import type { ShellRequest } from "../../dsl/request.ts";
import type { RunTask } from "../../dsl/types.ts";
import { completeWithReport } from "../activity-report.ts";
import { RequestParts } from "../request-parts.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";

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
    const parts = new RequestParts(run);
    const stdin = plan.stdin === undefined ? null : parts.optionalText("/stdin", plan.stdin);
    const request: ShellRequest = {
      kind: "shell",
      command: parts.text("/command", plan.command),
      ...(stdin !== null && { stdin }),
      arguments: plan.arguments === undefined ? [] : parts.arguments("/arguments", plan.arguments),
      environment: plan.environment === undefined ? {} : parts.textMap("/environment", plan.environment),
      return: plan.return,
      ...parts.travelling,
    };
    run.startActivity(request, !plan.awaited);
    if (!plan.awaited) run.complete(run.input);
  },

  report: completeWithReport,
};
