import { iterate } from "../compiler/access.ts";
import { CONTINUE, type Code, type Env, STOP, single, unwind } from "../compiler/code.ts";
import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { access, cannot, positions, requireContainer } from "../value/access.ts";
import { add } from "../value/arithmetic.ts";
import { codepointLength } from "../value/codepoints.ts";
import { compare, equals } from "../value/order.ts";
import { describe, toText } from "../value/text.ts";
import { fieldNames, isArray, isObject, isTruthy, toDouble, typeOf, type Value } from "../value/value.ts";
import { type Builtin, type Builtins, binary, unary } from "./builtin.ts";
import { occurrences } from "./strings.ts";

/** Arrays as a whole: `map`, `add`, `join`, `flatten`, `length`, searching, tests over elements. */
export const ARRAYS: Builtins = {
  "map/1": ([f]) => map(f!),
  "length/0": unary(length),
  "add/0": unary((input, run) => sum(requireContainer(input), run)),
  "add/1": ([f]) =>
    single((env, input) => {
      let total: Value = null;
      const signal = f!.each(env, input, (value) => {
        env.run.step();
        total = add(total, value, env.run);
        return CONTINUE;
      });
      if (signal !== CONTINUE) unwind(env.run);
      return total;
    }),
  "join/1": binary(join),
  "flatten/0": unary((input, run) => flatten(input, Number.POSITIVE_INFINITY, run)),
  "flatten/1": binary((input, depth, run) => {
    if (compare(depth, 0, run) < 0) return raise("flatten depth must not be negative");
    return flatten(input, depth, run);
  }),
  "reverse/0": unary(reverse),
  "contains/1": binary((input, part, run) => contains(input, part, run, 0)),
  "inside/1": binary((input, whole, run) => contains(whole, input, run, 0)),
  "indices/1": binary(indices),
  "index/1": binary((input, part, run) => access(indices(input, part, run), 0, run)),
  "rindex/1": binary((input, part, run) => lastOf(indices(input, part, run), run)),
  "bsearch/1": binary(search),
  "any/0": quantifier(true, null),
  "all/0": quantifier(false, null),
  "any/1": quantifier(true, 0),
  "all/1": quantifier(false, 0),
  "any/2": ([source, test]) => quantified(true, source!, test!),
  "all/2": ([source, test]) => quantified(false, source!, test!),
};

function length(input: Value, run: Run): Value {
  if (typeof input === "string") {
    run.spend(input.length >> 4);
    return codepointLength(input);
  }
  if (isArray(input)) return input.length;
  if (input === null) return 0;
  if (typeof input === "number") return Math.abs(input);
  if (isObject(input)) return fieldNames(input).length;
  if (typeof input === "boolean") return raiseAbout("", input, " has no length");
  return input.decimal.negative ? input.negated() : input;
}

function map(f: Code): Code {
  const { one } = f;
  return single((env, input) => {
    const { run } = env;
    const outputs: Value[] = run.make([]);
    const signal = iterate(env, input, (value) => {
      if (one !== null) {
        outputs.push(one(env, value));
        return CONTINUE;
      }
      return f.each(env, value, (output) => {
        run.step();
        if ((outputs.push(output) & 0xfff) === 0) run.checkSize(outputs.length * 8);
        return CONTINUE;
      });
    });
    if (signal !== CONTINUE) unwind(run);
    return outputs;
  });
}

function sum(input: readonly Value[] | object, run: Run): Value {
  const parts = (isArray(input as Value) ? input : Object.values(input)) as readonly Value[];
  run.spend(parts.length);
  if (parts.length > 2 && parts.every(isArray)) return concatenated(parts, run);
  return parts.reduce<Value>((total, part) => add(total, part, run), null);
}

/** Many arrays at once: adding them one by one would copy the first ones again and again. */
function concatenated(parts: readonly (readonly Value[])[], run: Run): Value {
  run.allocate(parts.reduce((size, part) => size + part.length, 0) * 8);
  run.makeMany();
  return parts.flat(1);
}

function join(input: Value, separator: Value, run: Run): Value {
  const parts = requireContainer(input);
  let joined: Value = null;
  let size = 0;
  for (const part of (isArray(parts) ? parts : Object.values(parts)) as readonly Value[]) {
    run.step();
    const start: Value = joined === null ? "" : add(joined, separator, run);
    const text = typeof part === "boolean" || toDouble(part) !== undefined ? toText(part) : (part ?? "");
    joined = add(start, text, run);
    size += typeof text === "string" ? text.length : 0;
  }
  run.spend(size >> 4);
  return joined ?? "";
}

function flatten(input: Value, depth: Value, run: Run): Value {
  const flat: Value[] = [];
  run.makeMany();
  // A stack of its own: data may be nested deeper than JavaScript can recurse.
  const pending: { parts: readonly Value[]; at: number; depth: Value }[] = [];
  const parts = requireContainer(input);
  pending.push({ parts: (isArray(parts) ? parts : Object.values(parts)) as readonly Value[], at: 0, depth });
  while (pending.length > 0) {
    const top = pending[pending.length - 1]!;
    if (top.at >= top.parts.length) {
      pending.pop();
      continue;
    }
    run.step();
    const part = top.parts[top.at++]!;
    if (!isArray(part) || equals(top.depth, 0, run)) flat.push(part);
    else {
      const left = toDouble(top.depth);
      pending.push({
        parts: part,
        at: 0,
        depth: left === undefined ? cannot(top.depth, 1, "subtracted") : left - 1,
      });
    }
  }
  return flat;
}

function reverse(input: Value, run: Run): Value {
  if (isArray(input)) {
    run.allocate(input.length * 8);
    run.makeMany();
    return input.toReversed();
  }
  const size = toDouble(length(input, run))!;
  return size <= 0 ? [] : access(input, size - 1, run);
}

const MAX_CONTAINMENT_DEPTH = 10_000;

function contains(whole: Value, part: Value, run: Run, depth: number): boolean {
  run.step();
  if (typeof whole === "string" && typeof part === "string") {
    run.spend((whole.length >> 4) + (part.length >> 4));
    return whole.includes(part);
  }
  if (!comparable(whole, part)) {
    raise(`${describe(whole)} and ${describe(part)} cannot have their containment checked`);
  }
  if (!isArray(whole) && !isObject(whole)) return equals(whole, part, run);
  if (depth > MAX_CONTAINMENT_DEPTH) raise("Containment check too deep");
  // Plain loops: a callback between two levels would double the depth of JavaScript's stack.
  if (isArray(whole)) {
    for (const wanted of part as readonly Value[]) {
      let found = false;
      for (let i = 0; i < whole.length && !found; i++) {
        found = comparable(whole[i]!, wanted) && contains(whole[i]!, wanted, run, depth + 1);
      }
      if (!found) return false;
    }
    return true;
  }
  const fields = part as Readonly<Record<string, Value>>;
  for (const name of fieldNames(fields)) {
    const have = Object.hasOwn(whole, name) ? whole[name] : undefined;
    const wanted = fields[name]!;
    if (have === undefined || !comparable(have, wanted)) return false;
    if (!contains(have, wanted, run, depth + 1)) return false;
  }
  return true;
}

/** For jq, true and false are of two kinds here. */
function comparable(whole: Value, part: Value): boolean {
  return typeOf(whole) === typeOf(part) && (typeof whole !== "boolean" || whole === part);
}

function indices(input: Value, part: Value, run: Run): Value {
  if (isArray(input)) return positions(input, isArray(part) ? part : [part], run);
  if (typeof input === "string" && typeof part === "string") return occurrences(input, part, run);
  return access(input, part, run);
}

/** `.[-1:][0]` */
function lastOf(found: Value, run: Run): Value {
  return access(access(found, { start: -1, end: null }, run), 0, run);
}

function search(input: Value, wanted: Value, run: Run): Value {
  if (!isArray(input)) return raiseAbout("", input, " cannot be searched from");
  let low = 0;
  let high = input.length;
  while (low < high) {
    run.step();
    const middle = (low + high) >>> 1;
    const order = compare(input[middle]!, wanted, run);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1 - low;
}

/** `any` and `all` over the elements of the input. */
function quantifier(decisive: boolean, testAt: number | null): Builtin {
  return (args) => {
    const test = testAt === null ? null : args[testAt]!;
    return single((env, input) =>
      decide(env, decisive, (visit) => iterate(env, input, (value) => visitTest(env, test, value, visit))),
    );
  };
}

function quantified(decisive: boolean, source: Code, test: Code): Code {
  return single((env, input) =>
    decide(env, decisive, (visit) => source.each(env, input, (value) => visitTest(env, test, value, visit))),
  );
}

function visitTest(env: Env, test: Code | null, value: Value, visit: (value: Value) => 0 | 1): 0 | 1 | 2 {
  return test === null ? visit(value) : test.each(env, value, visit);
}

/** Goes on until a value decides. */
function decide(env: Env, decisive: boolean, each: (visit: (value: Value) => 0 | 1) => 0 | 1 | 2): boolean {
  let decided = false;
  const signal = each((value) => {
    if (isTruthy(value) !== decisive) return CONTINUE;
    decided = true;
    return STOP;
  });
  if (signal !== CONTINUE && !decided) unwind(env.run);
  return decided ? decisive : !decisive;
}
