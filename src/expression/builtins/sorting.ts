import { collect, single } from "../compiler/code.ts";
import { raiseAbout } from "../raised.ts";
import type { Run } from "../run.ts";
import { cannot, requireContainer } from "../value/access.ts";
import { compare, sortingSteps } from "../value/order.ts";
import { isArray, type Value } from "../value/value.ts";
import { type Builtin, type Builtins, unary } from "./builtin.ts";

/** Everything that puts values in order. All sorts are stable. */
export const SORTING: Builtins = {
  "sort/0": unary((input, run) => sorted(requireSortable(input), run)),
  "sort_by/1": keyed((pairs, run) => ordered(pairs, run).map(({ value }) => value)),
  "group_by/1": keyed(groups),
  "unique/0": unary((input, run) => {
    const values = sorted(requireSortable(input), run);
    return values.filter((value, i) => i === 0 || compare(values[i - 1]!, value, run) !== 0);
  }),
  "unique_by/1": keyed((pairs, run) => groups(pairs, run).map((group) => group[0]!)),
  "min/0": unary((input, run) => extreme(ownKeys(input), run, -1)),
  "max/0": unary((input, run) => extreme(ownKeys(input), run, 1)),
  "min_by/1": keyed((pairs, run) => extreme(pairs, run, -1), "iterated over"),
  "max_by/1": keyed((pairs, run) => extreme(pairs, run, 1), "iterated over"),
};

interface Keyed {
  readonly key: Value;
  readonly value: Value;
}

function requireSortable(input: Value): readonly Value[] {
  return isArray(input) ? input : raiseAbout("", input, " cannot be sorted, as it is not an array");
}

function sorted(values: readonly Value[], run: Run): Value[] {
  run.spend(sortingSteps(values.length));
  run.makeMany();
  return values.toSorted((a, b) => compare(a, b, run));
}

function ordered(pairs: readonly Keyed[], run: Run): Keyed[] {
  run.spend(sortingSteps(pairs.length));
  run.makeMany();
  return pairs.toSorted((a, b) => compare(a.key, b.key, run));
}

function groups(pairs: readonly Keyed[], run: Run): Value[][] {
  const found: Value[][] = [];
  let group: Value[] = [];
  let before: Keyed | null = null;
  for (const pair of ordered(pairs, run)) {
    if (before !== null && compare(before.key, pair.key, run) === 0) group.push(pair.value);
    else {
      group = [pair.value];
      found.push(group);
    }
    before = pair;
  }
  return found;
}

function ownKeys(input: Value): Keyed[] {
  if (!isArray(input)) return cannot(input, input, "iterated over");
  return input.map((value) => ({ key: value, value }));
}

/** The first of the smallest, the last of the largest. */
function extreme(pairs: readonly Keyed[], run: Run, sign: 1 | -1): Value {
  let best: Keyed | null = null;
  for (const pair of pairs) {
    run.step();
    const order = best === null ? 1 : sign * compare(pair.key, best.key, run);
    if (order > 0 || (order === 0 && sign > 0)) best = pair;
  }
  return best === null ? null : best.value;
}

/** The key of an element is the array of all outputs of the argument. */
function keyed(
  arrange: (pairs: readonly Keyed[], run: Run) => Value,
  what = "sorted, as they are not both arrays",
): Builtin {
  return ([f]) => {
    const { one } = f!;
    return single((env, input) => {
      const parts = requireContainer(input);
      const values = (isArray(parts) ? parts : Object.values(parts)) as readonly Value[];
      env.run.spend(values.length * 2);
      // Arrays of one element are in the order of these elements.
      if (one !== null && isArray(input)) {
        return arrange(
          values.map((value) => ({ key: one(env, value), value })),
          env.run,
        );
      }
      const pairs = values.map((value) => ({ key: collect(f!, env, value), value }));
      if (isArray(input)) return arrange(pairs, env.run);
      return cannot(
        input,
        pairs.map(({ key }) => key),
        what,
      );
    });
  };
}
