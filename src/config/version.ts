// Baked in by the build; absent when the sources run uncompiled.
declare const PAWL_VERSION: string | undefined;
declare const PAWL_COMMIT: string | undefined;

/** Semantic version of this executable. */
export const version = typeof PAWL_VERSION === "string" ? PAWL_VERSION : "0.0.0-dev";
export const commit = typeof PAWL_COMMIT === "string" ? PAWL_COMMIT : "unknown";

/** Negative when `a` is older than `b` (semver 2.0.0, section 11); what is no version counts as older than any. */
export function compareVersions(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  if (!left || !right) return Number(left !== undefined) - Number(right !== undefined);
  for (let i = 0; i < 3; i++) {
    const difference = Number(left.core[i]) - Number(right.core[i]);
    if (difference !== 0) return difference;
  }
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (let i = 0; i < Math.max(left.pre.length, right.pre.length); i++) {
    const difference = compareIdentifiers(left.pre[i], right.pre[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function split(version: string): { core: string[]; pre: string[] } | undefined {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/.exec(version);
  return match ? { core: match.slice(1, 4) as string[], pre: match[4]?.split(".") ?? [] } : undefined;
}

function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  const numeric = (text: string) => /^\d+$/.test(text);
  if (numeric(a) && numeric(b)) return Number(a) - Number(b);
  if (numeric(a) !== numeric(b)) return numeric(a) ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
