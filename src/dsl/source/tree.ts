import { type Alias, isAlias, isMap, isScalar, isSeq, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import type { Json } from "../../expression/json.ts";
import type { Findings } from "./finding.ts";
import type { Place, Span } from "./place.ts";
import { quoted } from "./quote.ts";

/** A document's value and the places of everything in it. */
export interface Tree {
  readonly value: Json;
  readonly place: Place;
}

/** Bounds of what aliases may add; without aliases the bounds of the text hold. */
const maxAliases = 100;
const maxAliasWeight = 4 * 1024 * 1024;
const maxDepth = 200;

/** YAML nodes → plain JSON and places. Returns undefined once it has reported why that cannot be done. */
export function buildTree(root: unknown, findings: Findings): Tree | undefined {
  const built = new TreeBuilder(findings).build(root, { start: 0, end: 0 }, {});
  return findings.failed ? undefined : built;
}

interface Built extends Tree {
  /** About how many bytes of JSON it is, and how deep, with aliases expanded. */
  readonly weight: number;
  readonly depth: number;
}
type Naming = Pick<Place, "key" | "name">;

class TreeBuilder {
  readonly #findings: Findings;
  /** By name: what an anchor stands for, or `open` while that is being built. */
  readonly #anchors = new Map<string, Built | "open">();
  #aliases = 0;
  #aliasWeight = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  build(node: unknown, fallback: Span, naming: Naming): Built {
    if (isAlias(node)) return this.#alias(node, naming);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, "open");
    const built = this.#value(node, fallback, naming);
    if (anchor !== undefined) this.#anchors.set(anchor, built);
    if (built.depth > maxDepth) this.#findings.error(built.place, "Nested too deeply through aliases");
    return built;
  }

  #value(node: unknown, fallback: Span, naming: Naming): Built {
    if (isMap(node)) return this.#map(node, naming);
    if (isSeq(node)) return this.#list(node, naming);
    if (isScalar(node)) return this.#scalar(node, naming);
    return { value: null, place: { start: fallback.end, end: fallback.end, ...naming }, weight: 4, depth: 0 };
  }

  #map(node: YAMLMap, naming: Naming): Built {
    const value: Record<string, Json> = {};
    const children = new Map<string, Place>();
    let weight = 2;
    let depth = 0;
    for (const pair of node.items) {
      const key = this.#key(pair.key, spanOf(node), children);
      if (key === undefined) continue;
      const child = this.build(pair.value, key, { key, name: key.name });
      define(value, key.name, child.value);
      children.set(key.name, child.place);
      weight += child.weight + key.name.length + 4;
      depth = Math.max(depth, child.depth);
    }
    return { value, place: { ...spanOf(node), ...naming, children }, weight, depth: depth + 1 };
  }

  #list(node: YAMLSeq, naming: Naming): Built {
    const value: Json[] = [];
    const children = new Map<string, Place>();
    let weight = 2;
    let depth = 0;
    for (const item of node.items) {
      const name = String(value.length);
      const child = this.build(item, spanOf(node), { name });
      value.push(child.value);
      children.set(name, child.place);
      weight += child.weight + 1;
      depth = Math.max(depth, child.depth);
    }
    return { value, place: { ...spanOf(node), ...naming, children }, weight, depth: depth + 1 };
  }

  #scalar(node: Scalar, naming: Naming): Built {
    const { value } = node;
    const place = { ...spanOf(node), ...naming };
    if (typeof value === "string") return { value, place, weight: value.length + 2, depth: 0 };
    if (value === null || typeof value === "boolean") return { value, place, weight: 5, depth: 0 };
    if (typeof value === "number" && Number.isFinite(value)) return { value, place, weight: 8, depth: 0 };
    this.#findings.error(place, `${JSON.stringify(this.#source(place))} is not a value that JSON has`);
    return { value: null, place, weight: 4, depth: 0 };
  }

  #key(
    node: unknown,
    map: Span,
    children: ReadonlyMap<string, Place>,
  ): (Span & { name: string }) | undefined {
    if (isAlias(node) || isMap(node) || isSeq(node)) {
      this.#findings.error(spanOf(node), "A key must be a string");
      return undefined;
    }
    const span = isScalar(node) ? spanOf(node) : { start: map.start, end: map.start };
    const name = isScalar(node) ? node.value : null;
    if (typeof name !== "string") {
      const source = JSON.stringify(this.#source(span));
      this.#findings.error(span, "A key must be a string", `Quote it: ${source}`);
      return undefined;
    }
    const first = children.get(name);
    if (first !== undefined) {
      const { line } = this.#findings.source.position(first.key?.start ?? 0);
      this.#findings.error(span, `Key ${quoted(name)} is given twice, the first time on line ${line}`);
    }
    return { ...span, name };
  }

  #alias(node: Alias, naming: Naming): Built {
    const span = spanOf(node);
    const place = { ...span, ...naming };
    const nothing = { value: null, place, weight: 4, depth: 0 };
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      this.#findings.error(span, `Alias "*${node.source}" has no anchor "&${node.source}" before it`);
      return nothing;
    }
    if (target === "open") {
      this.#findings.error(span, `Alias "*${node.source}" stands inside its own anchor`);
      return nothing;
    }
    if (this.#aliases > maxAliases) return nothing;
    this.#aliasWeight += target.weight;
    if (this.#aliasWeight > maxAliasWeight) this.#aliases = maxAliases;
    if (++this.#aliases > maxAliases) {
      this.#findings.error(span, `Too many aliases: a file may have ${maxAliases}, worth 4 MiB of data`);
      return nothing;
    }
    const { children } = target.place;
    return { ...target, place: children === undefined ? place : { ...place, children } };
  }

  #source({ start, end }: Span): string {
    return this.#findings.source.text.slice(start, Math.min(end, start + 80));
  }
}

function spanOf(node: { range?: readonly [number, number, number] | null }): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

/** Sets an own property whatever its name is: `__proto__` is a key like any other. */
function define(object: Record<string, Json>, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  } else {
    object[name] = value;
  }
}
