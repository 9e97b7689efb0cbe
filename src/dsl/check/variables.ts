import { argumentNames } from "../slots.ts";
import { pointerTo } from "../source/place.ts";
import { quoted } from "../source/quote.ts";
import { type Context, keySpan, valueSpan } from "./context.ts";
import { declaredBy, type Visit } from "./walk.ts";

const reserved: readonly string[] = [...argumentNames, "__loc__", "ENV"];

/** `for.each`, `for.at`, `catch.as`, `foreach.item`, `foreach.at` name variables of runtime expressions. */
export function checkVariables(context: Context): void {
  for (const visit of context.tasks) {
    for (const declares of ["loop", "error", "item"] as const) {
      const declared = declaredBy(visit.task, declares);
      for (const { name, path } of declared) checkName(context, visit, name, path);
      const [first, second] = declared;
      if (first === undefined || second === undefined || first.name !== second.name) continue;
      const message = `Two variables of ${quoted(visit.name)} are both named "${first.name}"`;
      context.findings.error(keySpan(context, pointerTo(visit.pointer, ...second.path)), message);
    }
  }
}

function checkName(context: Context, visit: Visit, name: string, path: readonly string[]): void {
  const span = valueSpan(context, pointerTo(visit.pointer, ...path));
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    const bare = name.replace(/^\$/, "");
    const hint = /^[A-Za-z_]\w*$/.test(bare) ? `Write "${bare}", without the $` : "Use letters, digits and _";
    context.findings.error(span, `${quoted(name)} is not a name for a variable`, hint);
  } else if (reserved.includes(name)) {
    const message = `The variable "${name}" would hide the argument "$${name}"`;
    context.findings.error(span, message, "Choose another name");
  }
}
