import { UserFunction } from "../compiler/function.ts";
import { Scope } from "../compiler/scope.ts";
import type { Definition, Node } from "../syntax/ast.ts";
import { parse } from "../syntax/parser.ts";

/** Builtins that say best in jq what they do. Each is parsed when a program first calls it. */
const SOURCES: readonly string[] = [
  `def walk(f):
     def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;`,
  `def combinations:
     if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;`,
  "def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;",
  'def todate: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;',
  "def fromdate: fromdateiso8601;",
  "def finites: select(isfinite);",
  "def transpose: [range(0; map(length) | max // 0) as $i | [.[][$i]]];",
  "def normals: select(isnormal);",
  `def tostream:
     path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);`,
  `def fromstream(f): {x: null, e: false} as $init
     | foreach f as $i ($init;
         if .e then $init else . end
         | if $i | length == 2
           then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
           else setpath(["e"]; $i[0] | length == 1) end;
         if .e then .x else empty end);`,
  `def truncate_stream(stream):
     . as $n | null | stream | . as $input
     | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;`,
  "def JOIN($idx; f): [.[] | [., $idx[f]]];",
  "def JOIN($idx; stream; f): stream | [., $idx[f]];",
  "def JOIN($idx; stream; f; join): stream | [., $idx[f]] | join;",
];

/** "name/arity" of all. */
export const PRELUDE_NAMES: readonly string[] = SOURCES.map((source) => {
  const [, name = "", parameters = ""] = /^def (\w+)(?:\(([^)]*)\))?/.exec(source)!;
  return `${name}/${parameters === "" ? 0 : parameters.split(";").length}`;
});

/** The function called "name/arity", in a scope of its own where nothing but builtins is known. */
export function preludeFunction(key: string): UserFunction | null {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const index = PRELUDE_NAMES.indexOf(key);
  if (index < 0) return null;
  const fn = new UserFunction(definitionOf(parse(`${SOURCES[index]} .`)));
  const root = Scope.root({ variableNames: new Set(), used: new Set() });
  fn.scope = root.with({ kind: "function", name: fn.name, arity: fn.arity, fn });
  compiled.set(key, fn);
  return fn;
}

const compiled = new Map<string, UserFunction>();

function definitionOf(program: Node): Definition {
  if (program.kind !== "define") throw new Error("A builtin written in jq must be a def");
  return program.definition;
}
