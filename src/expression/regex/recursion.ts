import type { Node } from "./ast.ts";
import { children } from "./node-span.ts";
import { regexError } from "./regex-error.ts";

/** Refuses calls (`\g<…>`) that can never end: those that reach themselves at the same place, or on every way. */
export function checkRecursion(root: Node): void {
  const bodies = new Map<number, Node>([[0, root]]);
  const called = new Set<number>();
  visit(root, (node) => {
    if (node.type === "capture") bodies.set(node.group, node.body);
    if (node.type === "call") called.add(node.group);
  });
  if (called.size === 0) return;
  const ending = endingGroups(bodies);
  const nullable = nullableGroups(bodies);
  for (const group of called)
    if (!ending.has(group) || reachesItself(group, bodies, nullable))
      throw regexError("never ending recursion");
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of children(node)) visit(child, see);
}

type Bodies = ReadonlyMap<number, Node>;

/** The groups with at least one way through that does not call a group without one. */
function endingGroups(bodies: Bodies): ReadonlySet<number> {
  return fixpoint(bodies, (body, known) => {
    const ends = (node: Node): boolean => {
      if (node.type === "call") return known.has(node.group);
      if (node.type === "alternation") return node.branches.some(ends);
      if (node.type === "repeat" && node.min === 0) return true;
      if (node.type === "conditional") return ends(node.yes) || ends(node.no);
      return children(node).every(ends);
    };
    return ends(body);
  });
}

/** The groups that can match nothing. */
function nullableGroups(bodies: Bodies): ReadonlySet<number> {
  return fixpoint(bodies, (body, known) => canBeEmpty(body, known));
}

function canBeEmpty(node: Node, groups: ReadonlySet<number>): boolean {
  const nullable = (each: Node) => canBeEmpty(each, groups);
  switch (node.type) {
    case "char":
    case "set":
    case "any":
    case "lineBreak":
    case "cluster":
      return false;
    case "call":
      return groups.has(node.group);
    case "sequence":
      return node.items.every(nullable);
    case "alternation":
      return node.branches.some(nullable);
    case "conditional":
      return nullable(node.yes) || nullable(node.no);
    case "repeat":
      return node.min === 0 || nullable(node.body);
    case "capture":
    case "atomic":
      return nullable(node.body);
    default:
      return true;
  }
}

function fixpoint(
  bodies: Bodies,
  belongs: (body: Node, known: ReadonlySet<number>) => boolean,
): ReadonlySet<number> {
  const known = new Set<number>();
  for (let before = -1; before < known.size; ) {
    before = known.size;
    // Groups stand in order of their beginning, so that the inner ones are known first this way round.
    for (const [group, body] of [...bodies].reverse()) if (belongs(body, known)) known.add(group);
  }
  return known;
}

function reachesItself(group: number, bodies: Bodies, nullable: ReadonlySet<number>): boolean {
  const seen = new Set<number>();
  const open = [group];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const callee of firstCalls(bodies.get(next)!, nullable)) {
      if (callee === group) return true;
      if (!seen.has(callee)) open.push(callee);
      seen.add(callee);
    }
  }
  return false;
}

/** The groups that can be called before a codepoint is consumed. */
function firstCalls(node: Node, nullable: ReadonlySet<number>): number[] {
  if (node.type === "call") return [node.group];
  if (node.type !== "sequence") return children(node).flatMap((child) => firstCalls(child, nullable));
  const calls: number[] = [];
  for (const item of node.items) {
    calls.push(...firstCalls(item, nullable));
    if (!canBeEmpty(item, nullable)) break;
  }
  return calls;
}
