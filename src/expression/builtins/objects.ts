import { iterate } from "../compiler/access.ts";
import { CONTINUE, type Code, single, unwind } from "../compiler/code.ts";
import { raise, raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { access, requireContainer } from "../value/access.ts";
import { asString } from "../value/format.ts";
import { sortedNames } from "../value/order.ts";
import { NEW_FIELD } from "../value/paths.ts";
import {
  fieldNames,
  getField,
  hasField,
  isArray,
  isObject,
  isTruthy,
  putField,
  toDouble,
  typeOf,
  type Value,
  type ValueObject,
} from "../value/value.ts";
import { type Builtins, binary, unary } from "./builtin.ts";
import { recurse } from "./recursion.ts";

/** Objects: names, entries, membership. */
export const OBJECTS: Builtins = {
  "keys/0": unary((input, run) => keys(input, run, (object) => sortedNames(object, run))),
  "keys_unsorted/0": unary((input, run) => keys(input, run, fieldNames)),
  "has/1": binary(has),
  "in/1": binary((input, container, run) => has(container, input, run)),
  "to_entries/0": unary(toEntries),
  "from_entries/0": unary((input, run) => fromEntries(input, run)),
  "with_entries/1": ([f]) => withEntries(f!),
  "INDEX/1": ([f]) => indexed(recurse.elements, f!),
  "INDEX/2": ([stream, f]) => indexed(stream!, f!),
};

function keys(
  input: Value,
  run: Run,
  names: (object: Extract<Value, object> & Record<string, Value>) => string[],
): Value {
  if (isArray(input)) {
    run.allocate(input.length * 8);
    return Array.from(input.keys());
  }
  if (!isObject(input)) return raiseAbout("", input, " has no keys");
  const found = names(input as never);
  run.spend(found.length);
  return found;
}

function has(input: Value, key: Value, run: Run): Value {
  if (isObject(input) && typeof key === "string") {
    run.read(key);
    return hasField(input, key);
  }
  const index = toDouble(key);
  if (input === null) return false;
  if (isArray(input) && index !== undefined) return index >= 0 && Math.trunc(index) < input.length;
  return raise(`Cannot check whether ${typeOf(input)} has a ${typeOf(key)} key`);
}

function toEntries(input: Value, run: Run): Value {
  const names = keys(input, run, fieldNames) as readonly (string | number)[];
  run.makeMany();
  run.spend(names.length * 5);
  return names.map((key) => ({ key, value: access(input, key, run) }));
}

const NAMES = ["key", "Key", "name", "Name"] as const;

function fromEntries(input: Value, run: Run): Value {
  const entries = requireContainer(input);
  const object: Record<string, Value> = {};
  run.makeMany();
  for (const entry of (isArray(entries) ? entries : Object.values(entries)) as readonly Value[]) {
    addEntry(object, entry, run);
  }
  return object;
}

function addEntry(object: Record<string, Value>, entry: Value, run: Run): void {
  run.spend(NEW_FIELD);
  if (entry !== null && !isObject(entry)) raiseAbout(`Cannot index ${typeOf(entry)} with `, "key");
  const fields: ValueObject = entry ?? {};
  const key = entryKey(fields);
  const from = hasField(fields, "value") ? "value" : "Value";
  run.read(key);
  putField(object, key, getField(fields, from));
}

function withEntries(f: Code): Code {
  const { one } = f;
  return single((env, input) => {
    const entries = toEntries(input, env.run);
    const object: Record<string, Value> = {};
    env.run.makeMany();
    const signal = iterate(env, entries, (entry) => {
      if (one !== null) {
        addEntry(object, one(env, entry), env.run);
        return CONTINUE;
      }
      return f.each(env, entry, (output) => {
        addEntry(object, output, env.run);
        return CONTINUE;
      });
    });
    if (signal !== CONTINUE) unwind(env.run);
    return object;
  });
}

/** Every output of `stream` as the field that `f` names, the last of one name counting. */
function indexed(stream: Code, f: Code): Code {
  return single((env, input) => {
    const { run } = env;
    const object: Record<string, Value> = {};
    run.makeMany();
    const signal = stream.each(env, input, (row) =>
      f.each(env, row, (key) => {
        run.spend(NEW_FIELD);
        putField(object, asString(key, run), row);
        return CONTINUE;
      }),
    );
    if (signal !== CONTINUE) unwind(run);
    return object;
  });
}

function entryKey(fields: ValueObject): string {
  for (const name of NAMES) {
    const key = getField(fields, name);
    if (typeof key === "string") return key;
    if (isTruthy(key)) return raiseAbout("Cannot use ", key, " as object key");
  }
  return raiseAbout("Cannot use ", null, " as object key");
}
