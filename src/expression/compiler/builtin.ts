import { BUILTINS } from "../builtins/registry.ts";
import type { Node } from "../syntax/ast.ts";
import type { Code } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import type { Scope } from "./scope.ts";

/** A call of a builtin, or null if there is none of that name and number of arguments. */
export function compileBuiltin(name: string, args: readonly Node[], scope: Scope): Code | null {
  const builtin = BUILTINS.get(`${name}/${args.length}`);
  if (builtin === undefined) return null;
  const codes = args.map((arg) => compileNode(arg, scope));
  return builtin(codes, scope);
}

/** "name/arity" of all. */
export function builtinNames(): Iterable<string> {
  return BUILTINS.keys();
}
