import type { Node } from "./ast.ts";
import type { Emitter } from "./compiler.ts";
import { failed } from "./machine.ts";
import type { Span } from "./node-span.ts";

/** `(?>X)`: once X has matched, no other way through it is tried. */
export function emitAtomic(emitter: Emitter, body: Node): void {
  guarded(emitter, false, () => emitter.emitNode(body));
}

export function emitLookahead(emitter: Emitter, body: Node, negative: boolean): void {
  emitter.forbidMemo();
  if (negative) {
    guarded(emitter, true, () => emitter.emitNode(body));
    return;
  }
  const origin = emitter.register();
  emitOrigin(emitter, origin);
  guarded(emitter, false, () => emitter.emitNode(body));
  emitter.emit((next) => (machine) => {
    machine.position = machine.registers[machine.base + origin]!;
    return next;
  });
}

export function emitLookbehind(emitter: Emitter, body: Node, negative: boolean, span: Span): void {
  emitter.forbidMemo();
  guarded(emitter, negative, () => emitBackward(emitter, body, span));
}

/** Forgets the ways through a part once it has matched; a negated part must not match. */
function guarded(emitter: Emitter, negated: boolean, emitPart: () => void): void {
  const mark = emitter.register();
  const otherwise = emitter.label();
  emitter.emit((next) => (machine) => {
    machine.mark(machine.base + mark);
    if (negated) machine.pushChoice(otherwise.step, machine.position);
    return next;
  });
  emitPart();
  emitter.emit((next) => (machine) => {
    const height = machine.registers[machine.base + mark]!;
    if (negated) {
      machine.unwind(height);
      return failed;
    }
    machine.cut(height);
    return next;
  });
  emitter.place(otherwise);
}

function emitOrigin(emitter: Emitter, register: number): void {
  emitter.emit((next) => (machine) => {
    machine.set(machine.base + register, machine.position);
    return next;
  });
}

/** Matches a part that ends where the position is, trying ever earlier starts. */
function emitBackward(emitter: Emitter, body: Node, span: Span): void {
  const origin = emitter.register();
  emitOrigin(emitter, origin);
  emitter.emit((next) => (machine) => {
    machine.position -= span.min;
    if (machine.position < 0) return failed;
    const earliest = Math.max(0, machine.position + span.min - span.max);
    if (machine.position > earliest) machine.pushChoice(next, machine.position - 1, earliest);
    return next;
  });
  emitter.emitNode(body);
  emitter.emit(
    (next) => (machine) => (machine.position === machine.registers[machine.base + origin] ? next : failed),
  );
}
