/** Orders two semantic versions (semver.org, section 11); build metadata does not count. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parse(left), parse(right)];
  for (let at = 0; at < 3; at++) {
    const difference = compareNumbers(a.numbers[at] ?? "0", b.numbers[at] ?? "0");
    if (difference !== 0) return difference;
  }
  // A release stands above its own pre-releases.
  if (a.labels.length === 0 || b.labels.length === 0) return b.labels.length - a.labels.length;
  for (let at = 0; at < Math.max(a.labels.length, b.labels.length); at++) {
    const difference = compareLabels(a.labels[at], b.labels[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The one that "latest" means: the highest release, and the highest pre-release only where there is no release. */
export function latestVersion<T extends { readonly version: string }>(versions: readonly T[]): T | undefined {
  return versions.toSorted((a, b) => standing(b, a) || compareVersions(b.version, a.version))[0];
}

function standing(a: { readonly version: string }, b: { readonly version: string }): number {
  return Number(isRelease(a.version)) - Number(isRelease(b.version));
}

const isRelease = (version: string) => parse(version).labels.length === 0;

/** Of versions in groups that stand together, the latest of each. */
export function latestOfEach<
  T extends { readonly namespace: string; readonly name: string; readonly version: string },
>(sorted: readonly T[]): T[] {
  const groups = new Map<string, T[]>();
  for (const one of sorted) {
    const key = JSON.stringify([one.namespace, one.name]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap((group) => latestVersion(group) ?? []);
}

function parse(version: string): { numbers: string[]; labels: string[] } {
  const [release = ""] = version.split("+", 1);
  const dash = release.indexOf("-");
  return {
    numbers: (dash < 0 ? release : release.slice(0, dash)).split("."),
    labels: dash < 0 ? [] : release.slice(dash + 1).split("."),
  };
}

function compareLabels(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numericA && numericB) return compareNumbers(a, b);
  if (numericA !== numericB) return numericA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As text, so that no number is too long. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ""), b.replace(/^0+(?=\d)/, "")];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
