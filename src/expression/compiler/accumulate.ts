import type { Node } from "../syntax/ast.ts";
import { add, OPERATIONS, type Operation } from "../value/arithmetic.ts";
import { getPath, NEW_FIELD, setPath } from "../value/paths.ts";
import { isArray, isObject, isTruthy, putField, type Value } from "../value/value.ts";
import { Env, type One } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import type { Scope } from "./scope.ts";

/**
 * The update of a `reduce`, when it only adds to what it has: `.[$key] = …`, `.n += 1`, `. + [$x]`. Nobody else
 * can know the containers that such a reduce has made itself (`owned`), so they are changed in place: collecting
 * n things is n steps then, not n². Null if anything in `node` might keep a reference to the state.
 */
export function compileAccumulation(node: Node, scope: Scope): Accumulate | null {
  if (node.length > MAX_LENGTH) return null;
  switch (node.kind) {
    case "identity":
      return (_env, state) => state;
    case "pipe": {
      const first = compileAccumulation(node.left, scope);
      const second = first === null ? null : compileAccumulation(node.right, scope);
      if (first === null || second === null) return null;
      return (env, state, owned) => second(env, first(env, state, owned), owned);
    }
    case "if":
      return compileChoice(node, scope);
    case "bind":
      return compileBinding(node, scope);
    case "binary":
      return node.operator === "+" && node.left.kind === "identity"
        ? compileAddition(node.right, scope)
        : null;
    case "assign":
      return compileAssignment(node, scope);
    default:
      return null;
  }
}

/** What turns out not to accumulate is compiled twice; nested in one another, that must not add up. */
const MAX_LENGTH = 400;

/** Returns the next state; containers in `owned` may have been changed. */
export type Accumulate = (env: Env, state: Value, owned: Set<object>) => Value;

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

function compileChoice(node: NodeOf<"if">, scope: Scope): Accumulate | null {
  const test = compileNode(node.condition, scope).one;
  const yes = compileAccumulation(node.then, scope);
  const no = compileAccumulation(node.else ?? { ...node, kind: "identity" }, scope);
  if (test === null || yes === null || no === null) return null;
  return (env, state, owned) => (isTruthy(test(env, state)) ? yes : no)(env, state, owned);
}

function compileBinding(node: NodeOf<"bind">, scope: Scope): Accumulate | null {
  const pattern = node.patterns.length === 1 ? node.patterns[0]! : null;
  if (pattern?.kind !== "variable") return null;
  const source = compileIndependent(node.source, scope);
  const body = compileAccumulation(node.body, scope.with({ kind: "variable", name: pattern.name }));
  if (source === null || body === null) return null;
  return (env, state, owned) => body(new Env(env.run, env, source(env, null)), state, owned);
}

function compileAddition(right: Node, scope: Scope): Accumulate | null {
  const value = compileIndependent(right, scope);
  if (value === null) return null;
  return (env, state, owned) => {
    const addend = value(env, null);
    if (isArray(state) && isArray(addend) && owned.has(state)) {
      env.run.spend(addend.length);
      for (const part of addend) (state as Value[]).push(part);
      env.run.checkSize(state.length * 8);
      return state;
    }
    if (isObject(state) && isObject(addend) && owned.has(state)) {
      for (const name of Object.keys(addend)) {
        env.run.spend(NEW_FIELD);
        if (addend[name] !== undefined) putField(state as Record<string, Value>, name, addend[name]);
      }
      return state;
    }
    const sum = add(state, addend, env.run);
    // `null + addend` is the addend itself, which others may know.
    if (typeof sum === "object" && sum !== null && sum !== addend && sum !== state) owned.add(sum);
    return sum;
  };
}

function compileAssignment(node: NodeOf<"assign">, scope: Scope): Accumulate | null {
  const keys = compileKeys(node.left, scope);
  if (keys === null) return null;
  if (node.operator === "|=") return compileUpdate(node.right, keys, scope);
  const value = compileIndependent(node.right, scope);
  if (value === null) return null;
  if (node.operator === "=") {
    return (env, state, owned) => {
      const replacement = value(env, null);
      return setPath(state, keys(env), replacement, env.run, owned);
    };
  }
  const operation: Operation =
    node.operator === "//="
      ? (a, b) => (isTruthy(a) ? a : b)
      : OPERATIONS[node.operator.slice(0, -1) as keyof typeof OPERATIONS];
  return (env, state, owned) => {
    const operand = value(env, null);
    const path = keys(env);
    const before = getPath(state, path, env.run);
    return setPath(state, path, operation(before, operand, env.run), env.run, owned);
  };
}

/** `path |= . + value` */
function compileUpdate(right: Node, keys: (env: Env) => Value[], scope: Scope): Accumulate | null {
  if (right.kind !== "binary" || right.left.kind !== "identity") return null;
  const operation = OPERATIONS[right.operator as keyof typeof OPERATIONS];
  const value = compileIndependent(right.right, scope);
  if (value === null || operation === undefined) return null;
  return (env, state, owned) => {
    const path = keys(env);
    const before = getPath(state, path, env.run);
    return setPath(state, path, operation(before, value(env, null), env.run), env.run, owned);
  };
}

/** The keys of a path with exactly one end, which do not depend on the state. */
function compileKeys(node: Node, scope: Scope): ((env: Env) => Value[]) | null {
  const keys: One[] = [];
  let target = node;
  for (; target.kind === "index" && !target.optional; target = target.target) {
    const key = compileIndependent(target.index, scope);
    if (key === null) return null;
    keys.unshift(key);
  }
  if (target.kind !== "identity") return null;
  return (env) => keys.map((key) => key(env, null));
}

/** Code with exactly one output in which `.` does not occur, so that it cannot hold on to the state. */
function compileIndependent(node: Node, scope: Scope): One | null {
  return isIndependent(node) ? compileNode(node, scope).one : null;
}

const CONSTANTS: ReadonlySet<string> = new Set(["null", "true", "false", "now"]);

function isIndependent(node: Node): boolean {
  switch (node.kind) {
    case "literal":
    case "variable":
    case "location":
      return true;
    case "string":
      return node.parts.every((part) => typeof part === "string" || isIndependent(part));
    case "index":
      return isIndependent(node.target) && isIndependent(node.index);
    case "array":
      return node.body === null || isIndependent(node.body);
    case "object":
      return node.entries.every(
        ({ key, value }) =>
          isIndependent(key) && (value === null ? key.kind === "variable" : isIndependent(value)),
      );
    case "negate":
      return isIndependent(node.operand);
    case "binary":
    case "logic":
    case "alternative":
    case "comma":
      return isIndependent(node.left) && isIndependent(node.right);
    case "pipe":
      // What stands on the right sees only what came from the left.
      return isIndependent(node.left);
    case "call":
      return node.args.length === 0 && CONSTANTS.has(node.name);
    default:
      return false;
  }
}
