import { ARRAYS } from "./arrays.ts";
import type { Builtin } from "./builtin.ts";
import { CORE } from "./core.ts";
import { DATES } from "./dates.ts";
import { GENERATORS } from "./generators.ts";
import { LOOPS } from "./loops.ts";
import { MATH } from "./math.ts";
import { OBJECTS } from "./objects.ts";
import { PATHS } from "./paths.ts";
import { REGULAR_EXPRESSIONS } from "./regular-expressions.ts";
import { SORTING } from "./sorting.ts";
import { STRINGS } from "./strings.ts";

/** All builtins by "name/arity". */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  [
    CORE,
    STRINGS,
    REGULAR_EXPRESSIONS,
    MATH,
    DATES,
    ARRAYS,
    OBJECTS,
    PATHS,
    SORTING,
    GENERATORS,
    LOOPS,
  ].flatMap((family) => Object.entries(family)),
);
