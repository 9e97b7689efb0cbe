import type { Node, Repeat } from "./ast.ts";
import type { CharSet } from "./char-set.ts";
import { singleSet } from "./character.ts";
import type { Emitter, Label } from "./compiler.ts";
import { emitAtomic } from "./lookaround.ts";
import { failed } from "./machine.ts";
import { spanOf } from "./node-span.ts";

const newline = 10;

export function emitRepeat(emitter: Emitter, node: Repeat): void {
  const { mode, min, max, body } = node;
  const scan = mode === "lazy" ? undefined : scanOf(body);
  if (max === 0) return;
  if (scan) emitRun(emitter, node, scan);
  else if (mode === "possessive") emitAtomic(emitter, { ...node, mode: "greedy" });
  else if (min === 1 && max === 1) emitter.emitNode(body);
  else if (max === Number.POSITIVE_INFINITY && min <= 1) emitLoop(emitter, node);
  else if (max === 1) emitOptional(emitter, node);
  else emitCounted(emitter, node);
}

/** Gives the end of a run of matching codepoints. */
type Scan = (codes: Uint16Array | Uint32Array, from: number, to: number) => number;

/** A run of single codepoints takes one frame of the stack, however long it is. */
function emitRun(emitter: Emitter, { min, max, mode }: Repeat, scan: Scan): void {
  emitter.emit((next) => (machine) => {
    const from = machine.position;
    const to = scan(machine.codes, from, Math.min(machine.end, from + max));
    machine.extraSteps += (to - from) >> 3;
    if (to - from < min) return failed;
    if (to > from + min && mode === "greedy") machine.pushChoice(next, to - 1, from + min);
    machine.position = to;
    return next;
  });
}

function scanOf(node: Node): Scan | undefined {
  if (node.type === "any") return node.newline ? (_codes, _from, to) => to : scanLine;
  if (node.type === "char" && !node.fold) return scanChar(node.code);
  const set = singleSet(node);
  return set && scanSet(set);
}

const scanLine: Scan = (codes, from, to) => {
  let at = from;
  while (at < to && codes[at] !== newline) at++;
  return at;
};

function scanChar(code: number): Scan {
  return (codes, from, to) => {
    let at = from;
    while (at < to && codes[at] === code) at++;
    return at;
  };
}

function scanSet(set: CharSet): Scan {
  return (codes, from, to) => {
    let at = from;
    while (at < to && set.has(codes[at]!)) at++;
    return at;
  };
}

/** `X?` */
function emitOptional(emitter: Emitter, node: Repeat): void {
  const end = emitter.label();
  emitFork(emitter, node, end);
  emitter.emitNode(node.body);
  emitter.place(end);
}

/** `X*` and `X+`. */
function emitLoop(emitter: Emitter, node: Repeat): void {
  const [again, end] = [emitter.label(), emitter.label()];
  emitter.place(again);
  if (node.min === 0) emitFork(emitter, node, end);
  emitBody(emitter, node.body, end);
  if (node.min === 1) emitFork(emitter, node, end);
  emitter.jump(again);
  emitter.place(end);
}

/** `X{n,m}` */
function emitCounted(emitter: Emitter, { body, min, max, mode }: Repeat): void {
  const [again, end] = [emitter.label(), emitter.label()];
  const counter = emitter.register();
  emitter.forbidMemo();
  emitter.emit((next) => (machine) => {
    machine.set(machine.base + counter, 0);
    return next;
  });
  emitter.place(again);
  emitter.emit((next) => (machine) => {
    const count = machine.registers[machine.base + counter]!;
    if (count >= max) return end.step;
    if (count < min) return next;
    machine.pushChoice(mode === "lazy" ? next : end.step, machine.position);
    return mode === "lazy" ? end.step : next;
  });
  emitter.emit((next) => (machine) => {
    machine.set(machine.base + counter, machine.registers[machine.base + counter]! + 1);
    return next;
  });
  emitBody(emitter, body, end);
  emitter.jump(again);
  emitter.place(end);
}

/** Goes into the body or past it, in the order that the mode says; the other way is remembered. */
function emitFork(emitter: Emitter, { mode }: Repeat, end: Label): void {
  emitter.emit((next) => (machine) => {
    machine.pushChoice(mode === "lazy" ? next : end.step, machine.position);
    return mode === "lazy" ? end.step : next;
  });
}

/** A turn of a loop that consumed nothing would go on for ever, so it ends the loop, whatever its bounds. */
function emitBody(emitter: Emitter, body: Node, end: Label): void {
  if (spanOf(body).min > 0) {
    emitter.emitNode(body);
    return;
  }
  const start = emitter.register();
  emitter.emit((next) => (machine) => {
    machine.set(machine.base + start, machine.position);
    return next;
  });
  emitter.emitNode(body);
  emitter.emit(
    (next) => (machine) => (machine.registers[machine.base + start] === machine.position ? end.step : next),
  );
}
