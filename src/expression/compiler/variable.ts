import type { Position } from "../syntax/ast.ts";
import { getField, type Value } from "../value/value.ts";
import { type Code, constant, single, up } from "./code.ts";
import type { Scope } from "./scope.ts";

/**
 * `$name`: bound in the program or given from outside. `$ENV` is empty unless the caller has a variable of that
 * name: nothing is read from the process.
 */
export function compileVariable(name: string, place: Position, scope: Scope): Code {
  if (name === "ENV" && !scope.program.variableNames.has(name)) return constant({});
  const hops = scope.variable(name, place);
  if (hops === null) return single((env) => getField(env.run.variables, name));
  if (hops === 0) return single((env) => env.value as Value);
  if (hops === 1) return single((env) => env.parent!.value as Value);
  return single((env) => up(env, hops).value as Value);
}
