import { raise } from "../raised.ts";
import type { AssignOperator, Node } from "../syntax/ast.ts";
import { OPERATIONS, type Operation } from "../value/arithmetic.ts";
import { deletePaths, getPath, setPath } from "../value/paths.ts";
import { shorten } from "../value/text.ts";
import { isTruthy, type Value } from "../value/value.ts";
import { CONTINUE, type Code, type Env, multiple, STOP, single, unwind } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import { Path } from "./path.ts";
import type { Scope } from "./scope.ts";

/** `paths = value` and its relatives. All of them leave the input as it is and produce a changed one. */
export function compileAssign(node: Extract<Node, { kind: "assign" }>, scope: Scope): Code {
  const target = compileNode(node.left, scope);
  const right = compileNode(node.right, scope);
  const { operator } = node;
  if (operator === "|=") return updating(target, firstOutput(right));
  const { one } = right;
  if (operator === "=") {
    if (one !== null) return single((env, input) => assignAll(target, env, input, one(env, input)));
    return multiple((env, input, emit) =>
      right.each(env, input, (value) => emit(assignAll(target, env, input, value))),
    );
  }
  const operation = operationOf(operator);
  if (one !== null) {
    return single(
      (env, input) => calculateAll(target, env, input, operation, one(env, input)).result,
      () => (env, _path, input) => refusePath(calculateAll(target, env, input, operation, one(env, input))),
    );
  }
  return multiple((env, input, emit) =>
    right.each(env, input, (value) => emit(calculateAll(target, env, input, operation, value).result)),
  );
}

/** `target |= …`, `map_values(…)`: every place is replaced by what `replace` makes of it; nothing means: deleted. */
export function updating(target: Code, replace: Replace): Code {
  return single(
    (env, input) => {
      const { result, deleted } = update(target, env, input, replace);
      return deleted.length === 0 ? result : deletePaths(result, deleted, env.run);
    },
    () => (env, _path, input) => refusePath(update(target, env, input, replace)),
  );
}

/** The first output of `code`, or undefined. */
export function firstOutput(code: Code): Replace {
  const { one } = code;
  if (one !== null) return one;
  return (env, value) => {
    let first: Value | undefined;
    const signal = code.each(env, value, (output) => {
      first = output;
      return STOP;
    });
    if (signal !== CONTINUE && first === undefined) unwind(env.run);
    return first;
  };
}

type Replace = (env: Env, value: Value) => Value | undefined;

interface Updated {
  readonly result: Value;
  readonly deleted: Value[][];
}

function update(target: Code, env: Env, input: Value, replace: Replace): Updated {
  const { run } = env;
  const deleted: Value[][] = [];
  // What is made for the second path is changed itself for all others, until somebody is shown it.
  let owned: Set<object> | null = null;
  let first = true;
  let result = input;
  forEachPath(target, env, input, (path) => {
    const before = getPath(result, path, run);
    if (first) first = false;
    else if (owned === null) owned = new Set();
    else if (owned.has(before as object)) owned.clear();
    const replacement = replace(env, before);
    if (replacement === undefined) deleted.push(path);
    else result = setPath(result, path, replacement, run, owned);
  });
  return { result, deleted };
}

/** An update is not a path. The words are jq's, whose update keeps its result in an array. */
function refusePath({ result, deleted }: Updated): never {
  return raise(`Invalid path expression near attempt to access element 0 of ${shorten([result, deleted])}`);
}

export function forEachPath(target: Code, env: Env, input: Value, visit: (path: Value[]) => void): void {
  const signal = target.paths(env, Path.root(input), input, (path, value) => {
    path.requireResult(value);
    visit(path.keys(env.run));
    return CONTINUE;
  });
  if (signal !== CONTINUE) unwind(env.run);
}

function assignAll(target: Code, env: Env, input: Value, value: Value): Value {
  const owned = new Set<object>();
  let result = input;
  forEachPath(target, env, input, (path) => {
    result = setPath(result, path, value, env.run, owned);
  });
  return result;
}

function operationOf(operator: Exclude<AssignOperator, "=" | "|=">): Operation {
  if (operator === "//=") return (a, b) => (isTruthy(a) ? a : b);
  return OPERATIONS[operator.slice(0, -1) as keyof typeof OPERATIONS];
}

function calculateAll(target: Code, env: Env, input: Value, operation: Operation, value: Value): Updated {
  return update(target, env, input, (_env, before) => operation(before, value, env.run));
}
