import type { Json, JsonObject } from "../../expression/json.ts";
import { pointerTo } from "../source/place.ts";
import type { TaskKindName } from "../types.ts";
import { asList, asObject, asText } from "./context.ts";

/** A list of tasks: the scope of names and of `then`. Branches of a fork run side by side, a function is alone. */
export interface Scope {
  readonly pointer: string;
  readonly form: "sequence" | "branches" | "function";
  readonly entries: readonly ScopeEntry[];
  readonly names: ReadonlySet<string>;
}
export interface ScopeEntry {
  readonly name: string;
  /** Of the task itself: `/do/0/getPet`. */
  readonly pointer: string;
  readonly task: JsonObject;
}

export interface Visit extends ScopeEntry {
  readonly kind: TaskKindName;
  readonly scope: Scope;
  /** The variables of the loops and catches around it. */
  readonly locals: readonly string[];
}

/** All scopes of a document, outer ones first, with the variables of the loops and catches around each. */
export function* scopesOf(document: JsonObject): Generator<{ scope: Scope; locals: readonly string[] }> {
  const use = asObject(document["use"]);
  for (const [name, task] of Object.entries(asObject(use["functions"]))) {
    const pointer = pointerTo("/use/functions", name);
    const entries = [{ name, pointer, task: asObject(task) }];
    yield* within({ pointer, form: "function", entries, names: new Set() }, []);
  }
  for (const [index, item] of asList(use["extensions"]).entries()) {
    for (const [name, extension] of Object.entries(asObject(item))) {
      const pointer = pointerTo("/use/extensions", index, name);
      for (const key of ["before", "after"]) {
        yield* within(listScope(asObject(extension)[key], pointerTo(pointer, key)), []);
      }
    }
  }
  yield* within(listScope(document["do"], "/do"), []);
}

/** All tasks of a document that say what they are. */
export function* tasksOf(document: JsonObject): Generator<Visit> {
  for (const { scope, locals } of scopesOf(document)) {
    for (const entry of scope.entries) {
      const kind = kindOf(entry.task);
      if (kind !== undefined) yield { ...entry, kind, scope, locals };
    }
  }
}

function* within(scope: Scope, locals: readonly string[]): ReturnType<typeof scopesOf> {
  yield { scope, locals };
  for (const { task, pointer } of scope.entries) {
    for (const { path, form, declares } of nested) {
      const list = path.reduce<Json | undefined>((value, key) => asObject(value)[key], task);
      if (list === undefined) continue;
      const own = declares === undefined ? [] : declaredBy(task, declares).map(({ name }) => name);
      const inner = listScope(list, pointerTo(pointer, ...path), form);
      yield* within(inner, [...locals, ...own]);
    }
  }
}

type Declaration = "loop" | "error" | "item";

/** Where a task has tasks of its own, and which variables exist in them. */
const nested: readonly {
  readonly path: readonly string[];
  readonly form?: Scope["form"];
  readonly declares?: Declaration;
}[] = [
  { path: ["do"], declares: "loop" },
  { path: ["fork", "branches"], form: "branches" },
  { path: ["try"] },
  { path: ["catch", "do"], declares: "error" },
  { path: ["foreach", "do"], declares: "item" },
  { path: ["with", "subscription", "foreach", "do"], declares: "item" },
];

/** The variables that a task declares, each with the pointer (from the task) of the key that may name it. */
export function declaredBy(task: JsonObject, declares: Declaration): { name: string; path: string[] }[] {
  return declarations[declares].flatMap(({ path, key, fallback }) => {
    const holder = path.reduce<Json | undefined>((value, step) => asObject(value)[step], task);
    if (holder === undefined) return [];
    return [{ name: asText(asObject(holder)[key]) ?? fallback, path: [...path, key] }];
  });
}

const iterators = [["foreach"], ["with", "subscription", "foreach"]];
const declarations = {
  loop: [
    { path: ["for"], key: "each", fallback: "item" },
    { path: ["for"], key: "at", fallback: "index" },
  ],
  error: [{ path: ["catch"], key: "as", fallback: "error" }],
  item: iterators.flatMap((path) => [
    { path, key: "item", fallback: "item" },
    { path, key: "at", fallback: "index" },
  ]),
};

function listScope(list: Json | undefined, pointer: string, form: Scope["form"] = "sequence"): Scope {
  const entries = asList(list).flatMap((item, index) =>
    Object.entries(asObject(item)).map(([name, task]) => ({
      name,
      pointer: pointerTo(pointer, index, name),
      task: asObject(task),
    })),
  );
  return { pointer, form, entries, names: new Set(entries.map(({ name }) => name)) };
}

const kinds: readonly TaskKindName[] = [
  ...(["call", "for", "do", "fork", "emit", "listen"] as const),
  ...(["raise", "run", "set", "switch", "try", "wait"] as const),
];

function kindOf(task: JsonObject): TaskKindName | undefined {
  return kinds.find((kind) => Object.hasOwn(task, kind));
}
