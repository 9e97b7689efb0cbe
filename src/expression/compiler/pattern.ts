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
  return new PatternCompiler(names, scope).compile(pattern);
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

/** Follows jq's order: the elements of an array from the last, and of two variables of one name the first counts. */
class PatternCompiler {
  private readonly bound = new Set<string>();

  constructor(
    private readonly names: readonly string[],
    private readonly scope: Scope,
  ) {}

  compile(pattern: Pattern): Matcher {
    if (pattern.kind === "variable") return this.variable(pattern.name);
    const parts = pattern.kind === "array" ? this.elements(pattern) : this.entries(pattern);
    return parts.reduceRight<Matcher>(
      (rest, part) => (env, value, slots, next) =>
        part(env, value, slots, () => rest(env, value, slots, next)),
      (_env, _value, _slots, next) => next(),
    );
  }

  private variable(name: string): Matcher {
    const slot = this.slot(name);
    if (slot === null) return (_env, _value, _slots, next) => next();
    return (_env, value, slots, next) => {
      slots[slot] = value;
      return next();
    };
  }

  private slot(name: string): number | null {
    if (this.bound.has(name)) return null;
    this.bound.add(name);
    return this.names.indexOf(name);
  }

  private elements(pattern: Extract<Pattern, { kind: "array" }>): Matcher[] {
    const matchers: Matcher[] = [];
    for (let index = pattern.elements.length - 1; index >= 0; index--) {
      const inner = this.compile(pattern.elements[index]!);
      matchers.push((env, value, slots, next) => inner(env, access(value, index, env.run), slots, next));
    }
    return matchers;
  }

  private entries(pattern: Extract<Pattern, { kind: "object" }>): Matcher[] {
    return pattern.entries.map((entry) => {
      const key: Code = compileNode(entry.key, this.scope);
      const slot = entry.variable === null ? null : this.slot(entry.variable);
      const inner = entry.pattern === null ? null : this.compile(entry.pattern);
      return (env, value, slots, next) =>
        key.each(env, value, (name) => {
          if (typeof name !== "string") return raiseAbout(`Cannot index ${typeOf(value)} with `, name);
          const field = access(value, name, env.run);
          if (slot !== null) slots[slot] = field;
          return inner === null ? next() : inner(env, field, slots, next);
        });
    });
  }
}
