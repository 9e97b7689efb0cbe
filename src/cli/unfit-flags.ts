import type { SomeValues } from "./command.ts";
import type { Resource } from "./resource.ts";
import { usageError } from "./usage-error.ts";

const narrowing = ["namespace", "limit", "status", "workflow", "all-versions"] as const;
type Flag = (typeof narrowing)[number];

/** Which flags of `get` say something about which lists, and about one thing by its name. */
const ofLists: Readonly<Record<Resource["kind"], readonly Flag[]>> = {
  workflow: ["namespace", "limit", "all-versions"],
  execution: ["namespace", "limit", "status", "workflow"],
  secret: ["limit"],
};
const ofOne: Readonly<Record<Resource["kind"], readonly Flag[]>> = {
  workflow: ["namespace", "limit", "all-versions"],
  execution: [],
  secret: [],
};

/** Refuses flags that would change nothing: they are a mistake. Throws `invalid_argument`. */
export function refuseUnfit(given: SomeValues, kind: Resource["kind"], isNamed: boolean): void {
  const fits = (isNamed ? ofOne : ofLists)[kind];
  const unfit = narrowing.find((flag) => !fits.includes(flag) && isGiven(given[flag]));
  if (unfit === undefined) return;
  const what = isNamed ? `one ${kind}` : `a list of ${kind}s`;
  throw usageError(`--${unfit} says nothing about ${what}`, "get", `Leave out --${unfit}`);
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : (value ?? false) !== false;
}
