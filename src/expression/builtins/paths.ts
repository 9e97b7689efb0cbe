import { firstOutput, forEachPath, updating } from "../compiler/assign.ts";
import { CONTINUE, type Code, multiple, type Paths, single } from "../compiler/code.ts";
import { Path } from "../compiler/path.ts";
import { raise } from "../raised.ts";
import { requireContainer } from "../value/access.ts";
import { deletePaths, getPath, NEW_FIELD, setPath } from "../value/paths.ts";
import { fieldNames, isArray, isTruthy, putField, type Value } from "../value/value.ts";
import { type Builtins, binary, nary } from "./builtin.ts";
import { recurse, recursePaths } from "./recursion.ts";

/** Paths as values: asking for them, following them, writing and deleting along them. */
export const PATHS: Builtins = {
  "path/1": ([f]) =>
    multiple((env, input, emit) =>
      f!.paths(env, Path.root(input), input, (path, value) => {
        path.requireResult(value);
        return emit(path.keys(env.run));
      }),
    ),
  "paths/0": () => paths(null),
  "paths/1": ([test]) => paths(test!),
  "getpath/1": ([path]) => getpath(path!),
  "setpath/2": nary((input, [path, value], run) => setPath(input, requirePath(path!), value!, run)),
  "delpaths/1": binary((input, list, run) => {
    if (!isArray(list)) return raise("Paths must be specified as an array");
    return deletePaths(input, list, run);
  }),
  "del/1": ([f]) =>
    single((env, input) => {
      const found: Value[][] = [];
      forEachPath(f!, env, input, (path) => found.push(path));
      return deletePaths(input, found, env.run);
    }),
  "pick/1": ([f]) =>
    single((env, input) => {
      let result: Value = null;
      forEachPath(f!, env, input, (path) => {
        result = setPath(result, path, getPath(input, path, env.run), env.run);
      });
      return result;
    }),
  "map_values/1": ([f]) => mapValues(f!),
};

/** `.[] |= f`, without the paths. */
function mapValues(f: Code): Code {
  const replace = firstOutput(f);
  return single(
    (env, input) => {
      const { run } = env;
      const container = requireContainer(input);
      if (isArray(container)) {
        const elements: Value[] = run.make([]);
        for (const element of container) {
          run.spend(2);
          const replacement = replace(env, element);
          if (replacement !== undefined) elements.push(replacement);
        }
        return elements;
      }
      const object: Record<string, Value> = run.make({});
      for (const name of fieldNames(container)) {
        run.spend(NEW_FIELD);
        const replacement = replace(env, container[name]!);
        if (replacement !== undefined) putField(object, name, replacement);
      }
      return object;
    },
    () => updating(recurse.elements, replace).paths,
  );
}

function requirePath(path: Value): readonly Value[] {
  return isArray(path) ? path : raise("Path must be specified as an array");
}

/** All paths but the empty one, those first that `..` reaches first. */
function paths(test: Code | null): Code {
  return multiple((env, input, emit) =>
    recursePaths(env, Path.root(input), input, (path, value) => {
      const leave = path.parent === null;
      if (test === null) return leave ? CONTINUE : emit(path.keys(env.run));
      return test.each(env, value, (chosen) =>
        isTruthy(chosen) && !leave ? emit(path.keys(env.run)) : CONTINUE,
      );
    }),
  );
}

function getpath(path: Code): Code {
  const { one } = path;
  const follow: Paths = (env, at, input, emit) =>
    path.each(env, input, (keys) => {
      const list = requirePath(keys);
      const found = getPath(input, list, env.run);
      if (!at.leadsTo(input)) at.away().requireResult(found);
      let child = at;
      for (const key of list) child = child.child(key, found);
      return emit(child, found);
    });
  if (one !== null)
    return single(
      (env, input) => getPath(input, requirePath(one(env, input)), env.run),
      () => follow,
    );
  return multiple(
    (env, input, emit) => path.each(env, input, (keys) => emit(getPath(input, requirePath(keys), env.run))),
    () => follow,
  );
}
