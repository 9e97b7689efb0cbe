import type { Json } from "../../src/expression/json.ts";

/** Numbers from a seed, the same on every machine (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to but not including `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

type Mutable = { [key: string]: Json };

/** One random change somewhere in a copy of a value, with a sentence about it. */
export function mutate(value: Json, random: Random): { value: Json; change: string; path: string } {
  const copy = structuredClone(value) as Mutable;
  const holders: { holder: Mutable; path: string }[] = [];
  collect(copy, "", holders);
  const { holder, path } = random.pick(holders);
  const keys = Object.keys(holder);
  const key = random.pick(keys);
  const at = `${path}/${key}`;
  const name = random.pick([`${key}x`, random.pick(strangers)]);
  const changed = random.pick([...values, ...texts]);
  const kind = random.pick(["drop", "rename", "set", "set", "add"] as const);
  if (kind === "drop") remove(holder, key);
  else if (kind === "rename") rename(holder, key, name);
  else if (kind === "set") holder[key] = structuredClone(changed);
  else if (Array.isArray(holder)) holder.push(structuredClone(changed));
  else holder[name] = structuredClone(changed);
  const change = `${kind} ${at} ${kind === "drop" ? "" : `${name}: ${JSON.stringify(changed)}`}`;
  return { value: copy, change, path: kind === "add" || kind === "rename" ? `${path}/${name}` : at };
}

function collect(value: Json, path: string, holders: { holder: Mutable; path: string }[]): void {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return;
  holders.push({ holder: value as Mutable, path });
  for (const [key, child] of Object.entries(value)) collect(child as Json, `${path}/${key}`, holders);
}

function remove(holder: Mutable, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function rename(holder: Mutable, key: string, name: string): void {
  if (Array.isArray(holder)) return;
  holder[name] = holder[key]!;
  delete holder[key];
}

const values: readonly Json[] = [
  null,
  true,
  0,
  1.5,
  -1,
  "text",
  "${ .x }",
  [],
  ["a"],
  {},
  { a: 1 },
  [{ a: { set: { b: 1 } } }],
];
const texts: readonly string[] = [
  "",
  "a b",
  "1.0",
  "PT5S",
  "P",
  "http",
  "end",
  "raw",
  "/x/y",
  "-",
  "a.b",
  "2026-01-01T00:00:00Z",
];
const strangers: readonly string[] = [
  ...[
    "use",
    "if",
    "then",
    "set",
    "do",
    "with",
    "for",
    "at",
    "as",
    "when",
    "call",
    "wait",
    "timeout",
    "read",
    "until",
  ],
  ...[
    "output",
    "input",
    "metadata",
    "title",
    "stranger",
    "all",
    "one",
    "any",
    "after",
    "endpoint",
    "method",
    "schema",
  ],
];
