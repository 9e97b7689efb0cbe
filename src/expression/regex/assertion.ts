import type { Assertion } from "./ast.ts";
import { isWord } from "./char-property.ts";
import type { Emitter } from "./compiler.ts";
import { failed, type Machine } from "./machine.ts";

const newline = 10;

/** Emits a condition on the position that consumes nothing. */
export function emitAssertion(emitter: Emitter, kind: Assertion): void {
  const holds = conditions[kind];
  emitter.emit((next) => (machine) => (holds(machine) ? next : failed));
}

const conditions: Readonly<Record<Assertion, (machine: Machine) => boolean>> = {
  textStart: ({ position }) => position === 0,
  textEnd: ({ position, end }) => position === end,
  textEndOrFinalNewline: ({ position, end, codes }) =>
    position === end || (position === end - 1 && codes[position] === newline),
  // A newline that ends the text does not begin another line.
  lineStart: ({ position, end, codes }) =>
    position === 0 || (position < end && codes[position - 1] === newline),
  lineEnd: ({ position, end, codes }) => position === end || codes[position] === newline,
  searchStart: ({ position, searchStart }) => position === searchStart,
  wordBoundary: isAtWordBoundary,
  notWordBoundary: (machine) => !isAtWordBoundary(machine),
  clusterBoundary: ({ text, position }) => text.isClusterBoundary(position),
  notClusterBoundary: ({ text, position }) => !text.isClusterBoundary(position),
};

function isAtWordBoundary({ position, end, codes }: Machine): boolean {
  const before = position > 0 && isWord(codes[position - 1]!);
  const after = position < end && isWord(codes[position]!);
  return before !== after;
}
