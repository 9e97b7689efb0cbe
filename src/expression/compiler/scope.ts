import { ExpressionError } from "../expression.ts";
import { nearest } from "../nearest.ts";
import type { Position } from "../syntax/ast.ts";
import type { UserFunction } from "./function.ts";

/** What a name means at one place of the program. Mirrors at compile time what `Env` is at run time. */
export class Scope {
  /** How many cells of `Env` are below and including this one. Functions take none. */
  readonly depth: number;

  private constructor(
    readonly parent: Scope | null,
    readonly entry: Entry,
    readonly program: Program,
  ) {
    const cells = entry.kind === "function" || entry.kind === "root" ? 0 : 1;
    this.depth = (parent?.depth ?? 0) + cells;
  }

  static root(program: Program): Scope {
    return new Scope(null, { kind: "root", name: "" }, program);
  }

  with(entry: Entry): Scope {
    return new Scope(this, entry, this.program);
  }

  /** How many cells up the variable lies; null if it is one of the program's own, from outside. */
  variable(name: string, place: Position): number | null {
    const found = this.find((entry) => entry.kind === "variable" && entry.name === name);
    if (found !== null) return this.depth - found.depth;
    if (this.program.variableNames.has(name)) {
      this.program.used.add(name);
      return null;
    }
    throw undefinedName(
      `$${name}`,
      place,
      nearest(name, this.names("variable", this.program.variableNames)),
      "$",
    );
  }

  label(name: string, place: Position): number {
    const found = this.find((entry) => entry.kind === "label" && entry.name === name);
    if (found !== null) return this.depth - found.depth;
    throw undefinedName(`$*label-${name}`, place, nearest(name, this.names("label", [])), "$");
  }

  /** A parameter or a function of the program; null if there is none, so that it may be a builtin. */
  callable(name: string, arity: number): Scope | null {
    return this.find(
      (entry) =>
        (entry.kind === "closure" && arity === 0 && entry.name === name) ||
        (entry.kind === "function" && entry.name === name && entry.arity === arity),
    );
  }

  undefinedFunction(
    name: string,
    arity: number,
    place: Position,
    builtins: Iterable<string>,
  ): ExpressionError {
    const known = this.names("callable", builtins);
    const arities = known.filter((each) => each.startsWith(`${name}/`));
    if (arities.length > 0) {
      const hint = `'${name}' exists as ${arities.join(", ")}; arguments are separated by ';'`;
      return new ExpressionError(`${name}/${arity} is not defined`, { kind: "syntax", ...place, hint });
    }
    const suggestion = nearest(name, new Set(known.map((each) => each.slice(0, each.indexOf("/")))));
    return undefinedName(`${name}/${arity}`, place, suggestion, "");
  }

  private find(test: (entry: Entry) => boolean): Scope | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent)
      if (test(scope.entry)) return scope;
    return null;
  }

  private names(kind: "variable" | "label" | "callable", outer: Iterable<string>): string[] {
    const names = [...outer];
    this.find((entry) => {
      if (entry.kind === kind) names.push(entry.name);
      if (kind === "callable" && entry.kind === "closure") names.push(`${entry.name}/0`);
      if (kind === "callable" && entry.kind === "function") names.push(`${entry.name}/${entry.arity}`);
      return false;
    });
    return names;
  }
}

export type Entry =
  | { readonly kind: "root" | "variable" | "closure" | "label"; readonly name: string }
  | { readonly kind: "function"; readonly name: string; readonly arity: number; readonly fn: UserFunction };

/** What is the same everywhere in one program. */
export interface Program {
  readonly variableNames: ReadonlySet<string>;
  /** Those of them that the program mentions. */
  readonly used: Set<string>;
}

function undefinedName(
  name: string,
  place: Position,
  suggestion: string | undefined,
  sigil: string,
): ExpressionError {
  return new ExpressionError(`${name} is not defined`, {
    kind: "syntax",
    offset: place.offset,
    length: place.length,
    ...(suggestion !== undefined && { hint: `Did you mean '${sigil}${suggestion}'?` }),
  });
}
