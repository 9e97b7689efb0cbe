import { didYouMean } from "../shape/suggest.ts";
import { pointerTo } from "../source/place.ts";
import { quoted } from "../source/quote.ts";
import { asList, asObject, asText, type Context, keySpan, lineOf, valueSpan } from "./context.ts";
import { type Scope, scopesOf, type Visit } from "./walk.ts";

const directives: readonly string[] = ["continue", "exit", "end"];

/** dsl.md "Task Flow": names are unique in their list, and `then` leads to one of them or is a directive. */
export function checkFlow(context: Context): void {
  const allNames = new Set<string>();
  for (const { scope } of scopesOf(context.document)) {
    for (const { name } of scope.entries) allNames.add(name);
    checkNames(context, scope);
  }
  for (const visit of context.tasks) {
    checkTarget(context, visit, pointerTo(visit.pointer, "then"), visit.task["then"], allNames);
    const caught = pointerTo(visit.pointer, "catch", "then");
    checkTarget(context, visit, caught, asObject(visit.task["catch"])["then"], allNames);
    if (visit.kind === "switch") checkCases(context, visit, allNames);
  }
}

function checkNames(context: Context, scope: Scope): void {
  const first = new Map<string, string>();
  for (const { name, pointer } of scope.entries) {
    const earlier = first.get(name);
    if (earlier !== undefined) {
      const line = lineOf(context, earlier);
      const message = `Task name ${quoted(name)} is used twice in this list, the first time on line ${line}`;
      context.findings.error(keySpan(context, pointer), message, "Give each task of a list its own name");
    }
    first.set(name, earlier ?? pointer);
    if (directives.includes(name)) {
      const message = `No "then" can lead to a task named ${quoted(name)}, because that is a directive`;
      context.findings.warning(keySpan(context, pointer), message, "Choose another name");
    }
  }
}

function checkCases(context: Context, visit: Visit, allNames: ReadonlySet<string>): void {
  let fallback: string | undefined;
  for (const [index, item] of asList(visit.task["switch"]).entries()) {
    for (const [name, value] of Object.entries(asObject(item))) {
      const pointer = pointerTo(visit.pointer, "switch", index, name);
      const branch = asObject(value);
      checkTarget(context, visit, pointerTo(pointer, "then"), branch["then"], allNames);
      if (branch["when"] !== undefined) continue;
      if (fallback !== undefined) {
        const message = `Only one case may have no "when", and the one on line ${lineOf(context, fallback)} has none`;
        context.findings.error(keySpan(context, pointer), message);
      }
      fallback ??= pointer;
    }
  }
}

function checkTarget(
  context: Context,
  { scope, name }: Visit,
  pointer: string,
  value: unknown,
  allNames: ReadonlySet<string>,
): void {
  const target = asText(value as string);
  if (target === undefined || directives.includes(target)) return;
  const isHere = scope.names.has(target);
  if (isHere && scope.form === "sequence") return;
  const span = valueSpan(context, pointer);
  if (isHere) {
    const branches = `the branch ${quoted(name)} to the branch ${quoted(target)}`;
    const message = `"then" cannot lead from ${branches}: branches run side by side`;
    context.findings.error(span, message, "A branch can have several tasks: make it a do");
    return;
  }
  const message = `There is no task ${quoted(target)} in the list of ${quoted(name)}`;
  context.findings.error(span, message, () => targetHint(target, scope, allNames));
}

function targetHint(target: string, scope: Scope, allNames: ReadonlySet<string>): string | undefined {
  const candidates = scope.form === "sequence" ? [...scope.names, ...directives] : directives;
  if (!allNames.has(target)) return didYouMean(target, candidates, '"then" can be');
  const names = candidates.slice(0, 15).map(quoted).join(", ");
  return `${quoted(target)} is in another list; "then" leads only to ${names}`;
}
