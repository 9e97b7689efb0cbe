import type { Run } from "../run.ts";
import type { ComparisonOperator, Node } from "../syntax/ast.ts";
import { negate, OPERATIONS } from "../value/arithmetic.ts";
import { compare, equals } from "../value/order.ts";
import { isTruthy, type Value } from "../value/value.ts";
import { CONTINUE, type Code, constant, multiple, type One, type Paths, single } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import type { Scope } from "./scope.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;
type Binary = (a: Value, b: Value, run: Run) => Value;

export function compileBinary(node: NodeOf<"binary">, scope: Scope): Code {
  const left = compileNode(node.left, scope);
  const right = compileNode(node.right, scope);
  const { operator } = node;
  const comparison = COMPARISONS[operator as ComparisonOperator];
  const operation: Binary = comparison ?? OPERATIONS[operator as keyof typeof OPERATIONS];
  const { one: a } = left;
  const { one: b } = right;
  if (a === null || b === null) {
    return multiple((env, input, emit) =>
      right.each(env, input, (second) =>
        left.each(env, input, (first) => emit(operation(first, second, env.run))),
      ),
    );
  }
  const value = right.constant?.value;
  if (typeof value === "number") {
    const numeric = NUMERIC[operator];
    if (numeric !== undefined) return single(withNumber(a, value, numeric, operation));
  }
  if (value === null || typeof value === "boolean" || (typeof value === "string" && value.length < 256)) {
    if (operator === "==") return single((env, input) => a(env, input) === value);
    if (operator === "!=") return single((env, input) => a(env, input) !== value);
  }
  return single((env, input) => {
    const second = b(env, input);
    return operation(a(env, input), second, env.run);
  });
}

const COMPARISONS: Readonly<Record<ComparisonOperator, Binary>> = {
  "==": (a, b, run) => equals(a, b, run),
  "!=": (a, b, run) => !equals(a, b, run),
  "<": (a, b, run) => compare(a, b, run) < 0,
  "<=": (a, b, run) => compare(a, b, run) <= 0,
  ">": (a, b, run) => compare(a, b, run) > 0,
  ">=": (a, b, run) => compare(a, b, run) >= 0,
};

/** What JavaScript does alike to two doubles. NaN needs jq's order, so the orders are not among them. */
const NUMERIC: Readonly<Record<string, (a: number, b: number) => Value>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b || Number.isNaN(a),
  "<=": (a, b) => a <= b || Number.isNaN(a),
};

function withNumber(a: One, b: number, numeric: (a: number, b: number) => Value, operation: Binary): One {
  return (env, input) => {
    const first = a(env, input);
    return typeof first === "number" ? numeric(first, b) : operation(first, b, env.run);
  };
}

/** `and`, `or`: the right side is looked at only if the left does not decide. */
export function compileLogic(node: NodeOf<"logic">, scope: Scope): Code {
  const left = compileNode(node.left, scope);
  const right = compileNode(node.right, scope);
  const decisive = node.operator === "or";
  const { one: a } = left;
  const { one: b } = right;
  if (a !== null && b !== null) {
    return decisive
      ? single((env, input) => isTruthy(a(env, input)) || isTruthy(b(env, input)))
      : single((env, input) => isTruthy(a(env, input)) && isTruthy(b(env, input)));
  }
  return multiple((env, input, emit) =>
    left.each(env, input, (first) => {
      if (isTruthy(first) === decisive) return emit(decisive);
      return right.each(env, input, (second) => emit(isTruthy(second)));
    }),
  );
}

/** `left // right`: the outputs of `left` that are neither null nor false; if there are none, `right`. */
export function compileAlternative(node: NodeOf<"alternative">, scope: Scope): Code {
  const left = compileNode(node.left, scope);
  const right = compileNode(node.right, scope);
  const paths = (): Paths => (env, path, input, emit) => {
    let found = false;
    const signal = left.paths(env, path, input, (at, value) => {
      if (!isTruthy(value)) return CONTINUE;
      found = true;
      return emit(at, value);
    });
    return found || signal !== CONTINUE ? signal : right.paths(env, path, input, emit);
  };
  const { one: a } = left;
  const { one: b } = right;
  if (a !== null && b !== null) {
    return single((env, input) => {
      const value = a(env, input);
      return isTruthy(value) ? value : b(env, input);
    }, paths);
  }
  return multiple((env, input, emit) => {
    let found = false;
    const signal = left.each(env, input, (value) => {
      if (!isTruthy(value)) return CONTINUE;
      found = true;
      return emit(value);
    });
    return found || signal !== CONTINUE ? signal : right.each(env, input, emit);
  }, paths);
}

export function compileNegate(node: NodeOf<"negate">, scope: Scope): Code {
  const operand = compileNode(node.operand, scope);
  const { one } = operand;
  if (typeof operand.constant?.value === "number") return constant(negate(operand.constant.value));
  if (one !== null) return single((env, input) => negate(one(env, input)));
  return multiple((env, input, emit) => operand.each(env, input, (value) => emit(negate(value))));
}
