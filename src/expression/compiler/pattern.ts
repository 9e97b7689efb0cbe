import { raiseAbout } from "../raised.ts";
import type { Pattern } from "../syntax/ast.ts";
import { access } from "../value/access.ts";
import { typeOf, type Value } from "../value/value.ts";
import type { Code, Env, Signal } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import type { Scope } from "./scope.ts";

/**
 * Takes `value` apart: writes the variables into `slots` and calls `next` once per way it matches (keys may have
 * many outputs). `slots` is used again for the next way, so `next` copies what it keeps.
 */
export type Matcher = (env: Env, value: Value, slots: Value[], next: () => Signal) => Signal;

export function compilePattern(pattern: Pattern, names: readonly string[], scope: Scope): Matcher {
  if (pattern.kind === "variable") return bindSlot(names.indexOf(pattern.name));
  const parts =
    pattern.kind === "array" ? arrayParts(pattern, names, scope) : objectParts(pattern, names, scope);
  return parts.reduceRight<Matcher>(
    (rest, part) => (env, value, slots, next) => part(env, value, slots, () => rest(env, value, slots, next)),
    (_env, _value, _slots, next) => next(),
  );
}

/** The names a pattern binds, each once. */
export function patternNames(patterns: readonly Pattern[]): string[] {
  const names = new Set<string>();
  const visit = (pattern: Pattern): void => {
    if (pattern.kind === "variable") names.add(pattern.name);
    else if (pattern.kind === "array") pattern.elements.forEach(visit);
    else {
      for (const { variable, pattern: inner } of pattern.entries) {
        if (variable !== null) names.add(variable);
        if (inner !== null) visit(inner);
      }
    }
  };
  patterns.forEach(visit);
  return [...names];
}

function bindSlot(slot: number): Matcher {
  return (_env, value, slots, next) => {
    slots[slot] = value;
    return next();
  };
}

function arrayParts(
  pattern: Extract<Pattern, { kind: "array" }>,
  names: readonly string[],
  scope: Scope,
): Matcher[] {
  return pattern.elements.map((element, index) => {
    const inner = compilePattern(element, names, scope);
    return (env, value, slots, next) => inner(env, access(value, index, env.run), slots, next);
  });
}

function objectParts(
  pattern: Extract<Pattern, { kind: "object" }>,
  names: readonly string[],
  scope: Scope,
): Matcher[] {
  return pattern.entries.map((entry) => {
    const key: Code = compileNode(entry.key, scope);
    const inner = entry.pattern === null ? null : compilePattern(entry.pattern, names, scope);
    const slot = entry.variable === null ? null : names.indexOf(entry.variable);
    return (env, value, slots, next) =>
      key.each(env, value, (name) => {
        if (typeof name !== "string") return raiseAbout(`Cannot index ${typeOf(value)} with `, name);
        const field = access(value, name, env.run);
        if (slot !== null) slots[slot] = field;
        return inner === null ? next() : inner(env, field, slots, next);
      });
  });
}
