import { type CallTask, type RunTask, type Task, taskKind } from "../../dsl/types.ts";
import type { Site } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";
import { callHttp } from "./call-http.ts";
import { callOpenApi } from "./call-openapi.ts";
import { doKind } from "./do.ts";
import { emitKind } from "./emit.ts";
import { forKind } from "./for.ts";
import { forkKind } from "./fork.ts";
import { raiseKind } from "./raise.ts";
import { runShell } from "./run-shell.ts";
import { runWorkflow } from "./run-workflow.ts";
import { setKind } from "./set.ts";
import { switchKind } from "./switch.ts";
import { tryKind } from "./try.ts";
import { waitKind } from "./wait.ts";

/** Every kind of task, by the key that makes a task one; of `call` and `run`, by what is called or run. */
const kinds: Readonly<Record<string, TaskKind>> = {
  do: doKind,
  emit: emitKind,
  for: forKind,
  fork: forkKind,
  raise: raiseKind,
  set: setKind,
  switch: switchKind,
  try: tryKind,
  wait: waitKind,
  "call http": callHttp,
  "call openapi": callOpenApi,
  "run shell": runShell,
  "run workflow": runWorkflow,
};

/** The names of all kinds. */
export const kindNames: readonly string[] = Object.keys(kinds);

/** The kind of a task. Throws `Failure` unimplemented when it cannot be run yet. */
export function selectKind(task: Task, site: Site): TaskKind {
  const name = kindName(task);
  if (Object.hasOwn(kinds, name)) return kinds[name]!;
  throw site.unsupported("", `"${name}"`);
}

function kindName(task: Task): string {
  const name = taskKind(task);
  if (name === "call") return `call ${(task as CallTask).call}`;
  if (name !== "run") return name;
  const processes = ["shell", "workflow", "script", "container"];
  return `run ${processes.find((process) => process in (task as RunTask).run) ?? "nothing"}`;
}
