import type { Node } from "./ast.ts";
import { caseEquivalents, multipleFold, simpleFold, unfold } from "./case-fold.ts";
import { CharSet } from "./char-set.ts";
import type { Emitter } from "./compiler.ts";
import { failed, type Machine, type Step } from "./machine.ts";

const newline = 10;

/** Emits a node that matches one codepoint, a line break or a cluster. */
export function emitCharacter(emitter: Emitter, node: Node): void {
  if (isFolded(node)) emitFoldedRun(emitter, [node]);
  else emitter.emit((next) => characterStep(node, next));
}

function characterStep(node: Node, next: number): Step {
  switch (node.type) {
    case "char":
      return charStep(node.code, next);
    case "set":
      return setStep(node.set, next);
    case "any":
      return anyStep(node.newline, next);
    case "lineBreak":
      return lineBreakStep(next);
    case "cluster":
      return clusterStep(next);
    default:
      throw new TypeError(`A node of type "${node.type}" is not a character`);
  }
}

/** The set of a node that always matches exactly one codepoint, if it is such a node. */
export function singleSet(node: Node): CharSet | undefined {
  if (node.type === "set") return node.set;
  if (node.type === "char") {
    if (!node.fold) return CharSet.ofCodes([node.code]);
    return multipleFold(node.code) ? undefined : CharSet.ofCodes(caseEquivalents(node.code));
  }
  if (node.type !== "alternation") return undefined;
  const sets = node.branches.map(singleSet);
  if (!sets.every((set) => set !== undefined)) return undefined;
  return new CharSet((code) => sets.some((set) => set.has(code)));
}

export function isFolded(node: Node): node is Node & { type: "char" } {
  return node.type === "char" && node.fold;
}

/**
 * Characters whose case does not count. Where one folds to several (ß to `ss`) or several are the folding of one, both
 * ways are tried.
 */
export function emitFoldedRun(emitter: Emitter, nodes: readonly Node[]): void {
  const codes = nodes.filter(isFolded).flatMap(({ code }) => multipleFold(code) ?? [simpleFold(code)]);
  emitFolded(emitter, codes, 0);
}

function emitFolded(emitter: Emitter, codes: readonly number[], from: number): void {
  for (let at = from; at < codes.length; at++) {
    const length = [3, 2].find((each) => at + each <= codes.length && unfoldsAt(codes, at, each).length > 0);
    if (length === undefined) {
      emitSet(emitter, caseEquivalents(codes[at]!));
      continue;
    }
    const [apart, end] = [emitter.label(), emitter.label()];
    emitter.emitChoice(apart);
    emitSet(emitter, unfoldsAt(codes, at, length));
    emitter.jump(end);
    emitter.place(apart);
    for (const code of codes.slice(at, at + length)) emitSet(emitter, caseEquivalents(code));
    emitter.place(end);
    at += length - 1;
  }
}

function unfoldsAt(codes: readonly number[], at: number, length: number): readonly number[] {
  return unfold(codes.slice(at, at + length));
}

function emitSet(emitter: Emitter, codes: readonly number[]): void {
  const [only] = codes;
  const set = CharSet.ofCodes(codes);
  emitter.emit((next) => (codes.length === 1 ? charStep(only!, next) : setStep(set, next)));
}

/** Matches again what a group matched; of several groups, the last that did. */
export function emitBackreference(emitter: Emitter, groups: readonly number[], fold: boolean): void {
  emitter.forbidMemo();
  emitter.emit((next) => (machine) => {
    const { registers, codes, position } = machine;
    const group = groups.findLast((each) => registers[2 * each]! >= 0 && registers[2 * each + 1]! >= 0);
    if (group === undefined) return failed;
    const start = registers[2 * group]!;
    const length = registers[2 * group + 1]! - start;
    if (length < 0 || position + length > machine.end) return failed;
    machine.extraSteps += length;
    for (let at = 0; at < length; at++) {
      const [one, other] = [codes[start + at]!, codes[position + at]!];
      if (one !== other && !(fold && simpleFold(one) === simpleFold(other))) return failed;
    }
    machine.position = position + length;
    return next;
  });
}

function charStep(code: number, next: number): Step {
  return (machine) => {
    if (machine.codes[machine.position] !== code) return failed;
    machine.position++;
    return next;
  };
}

function setStep(set: CharSet, next: number): Step {
  return (machine) => {
    if (machine.position >= machine.end || !set.has(machine.codes[machine.position]!)) return failed;
    machine.position++;
    return next;
  };
}

function anyStep(withNewline: boolean, next: number): Step {
  return (machine) => {
    if (machine.position >= machine.end) return failed;
    if (!withNewline && machine.codes[machine.position] === newline) return failed;
    machine.position++;
    return next;
  };
}

function lineBreakStep(next: number): Step {
  return (machine) => {
    const code = machine.codes[machine.position];
    if (code === undefined) return failed;
    const isBreak = (code >= 10 && code <= 13) || code === 0x85 || code === 0x2028 || code === 0x2029;
    if (!isBreak) return failed;
    machine.position += code === 13 && machine.codes[machine.position + 1] === newline ? 2 : 1;
    return next;
  };
}

function clusterStep(next: number): Step {
  return (machine: Machine) => {
    if (machine.position >= machine.end) return failed;
    do {
      machine.position++;
      machine.extraSteps += 16;
    } while (!machine.text.isClusterBoundary(machine.position));
    return next;
  };
}
