import { ExpressionError } from "../expression.ts";
import { CodepointText } from "./codepoint-text.ts";

/** One instruction: does its work and gives the next one, or `failed`. */
export type Step = (machine: Machine) => number;

export const failed = -1;
export const matched = -2;

/** A pattern compiled for the machine. */
export interface Program {
  readonly steps: readonly Step[];
  /** How many groups there are, the whole match among them. */
  readonly groups: number;
  /** How many registers one call of a group uses; the first holds where it returns to. */
  readonly window: number;
  /** Whether success from a way not yet tried depends on its instruction and position only. */
  readonly memoizable: boolean;
}

/** A frame is four integers; at most this many integers, 32 MB, are ever on the stack. */
const largestStack = 1 << 23;
const largestRegisters = 1 << 20;
const frameSize = 4;
/** A stack or registers that have grown larger are not kept for the next search. */
const largestKept = 1 << 10;
/** The memo is a bit for each instruction and position; at most this many, 8 MB. */
const largestMemo = 1 << 26;
/** So many steps without a match make the memo worth its memory. */
const stepsBeforeMemo = 4096;

const ignore = () => {};
const nothing = new CodepointText("", ignore);

/**
 * Runs a program by backtracking on an explicit stack. A frame is either a way not yet tried (instruction, position,
 * register window, lowest position of a run of positions or -1) or an old value of a register to be put back
 * (-1 - register, value). The first registers are the groups' starts and ends; then come the windows of calls.
 */
export class Machine {
  text = nothing;
  codes: Uint16Array | Uint32Array = nothing.codes;
  end = 0;
  /** Where this search began, for `\G`. */
  searchStart = 0;
  /** Where this attempt began; `\K` does not move it. */
  start = 0;
  position = 0;
  /** First register of the current window. */
  base = 0;
  registers: Int32Array;
  /** How many integers of the stack are in use. */
  height = 0;
  /** Work done that no instruction counts: runs of characters, cuts. */
  extraSteps = 0;
  /** Ways that were tried in vain; trying them again from elsewhere is what makes backtracking exponential. */
  private failures: Int32Array | undefined;
  private spent = 0;
  private stack = new Int32Array(64);
  private readonly program: Program;
  private spend: (steps: number) => void = ignore;

  constructor(program: Program) {
    this.program = program;
    this.registers = registersFor(program);
  }

  /** Begins a search. Every search is to be ended, also one that was given up. */
  begin(text: CodepointText, searchStart: number, spend: (steps: number) => void): void {
    this.text = text;
    this.codes = text.codes;
    this.end = text.codes.length;
    this.searchStart = searchStart;
    this.spend = spend;
    this.spent = 0;
    this.extraSteps = 0;
  }

  /** Lets go of what is large. */
  finish(): void {
    this.text = nothing;
    this.codes = nothing.codes;
    this.spend = ignore;
    this.failures = undefined;
    if (this.stack.length > largestKept) this.stack = new Int32Array(64);
    if (this.registers.length > largestKept) this.registers = registersFor(this.program);
  }

  /** Tries to match at one position. `accept` may refuse a match, and the search for another goes on. */
  matchAt(start: number, accept: (machine: Machine) => boolean): boolean {
    const { steps, groups } = this.program;
    this.registers.fill(-1, 0, 2 * groups);
    this.registers[0] = start;
    this.start = start;
    this.position = start;
    this.base = 2 * groups;
    this.height = 0;
    let count = 1 + (groups >> 3);
    let next = 0;
    for (;;) {
      next = steps[next]!(this);
      if (next === matched) {
        if (accept(this)) break;
        next = failed;
      }
      if (next === failed) {
        next = this.backtrack();
        if (next === failed) break;
      }
      if (++count >= 1024) {
        this.account(count);
        count = 0;
      }
    }
    this.account(count);
    return next === matched;
  }

  /** Remembers another way to go on, to be tried from `position`, and then from those before it down to `lowest`. */
  pushChoice(step: number, position: number, lowest = -1): void {
    const top = this.reserve();
    this.stack[top] = step;
    this.stack[top + 1] = position;
    this.stack[top + 2] = this.base;
    this.stack[top + 3] = lowest;
  }

  /** Sets a register, so that backtracking puts the old value back. */
  set(register: number, value: number): void {
    this.keepOld(register);
    this.registers[register] = value;
  }

  /** Notes in a register how high the stack is, for `cut` and `unwind`. */
  mark(register: number): void {
    this.keepOld(register);
    this.registers[register] = this.height;
  }

  /** Forgets the ways not tried since the mark; what was set since stays, and can still be put back. */
  cut(height: number): void {
    let kept = height;
    for (let frame = height; frame < this.height && height > 0; frame += frameSize) {
      if (this.stack[frame]! >= 0) continue;
      if (kept !== frame) this.stack.copyWithin(kept, frame, frame + frameSize);
      kept += frameSize;
    }
    this.extraSteps += (this.height - height) / frameSize;
    this.height = kept;
  }

  /** Goes back to how everything was at the mark. */
  unwind(height: number): void {
    while (this.height > height) {
      this.height -= frameSize;
      const tag = this.stack[this.height]!;
      if (tag < 0) this.registers[-1 - tag] = this.stack[this.height + 1]!;
      this.extraSteps++;
    }
  }

  enter(returnTo: number): void {
    const base = this.base + this.program.window;
    if (base + this.program.window > this.registers.length) this.growRegisters();
    this.base = base;
    this.set(base, returnTo);
  }

  leave(): number {
    const returnTo = this.registers[this.base]!;
    this.base -= this.program.window;
    return returnTo;
  }

  private backtrack(): number {
    const { stack, registers } = this;
    while (this.height > 0) {
      const frame = this.height - frameSize;
      const tag = stack[frame]!;
      this.extraSteps++;
      if (tag < 0) {
        registers[-1 - tag] = stack[frame + 1]!;
        this.height = frame;
        continue;
      }
      const position = stack[frame + 1]!;
      if (position > stack[frame + 3]! && stack[frame + 3]! >= 0) stack[frame + 1] = position - 1;
      else this.height = frame;
      if (this.failures && !this.isFirstTry(this.failures, tag * (this.end + 1) + position)) continue;
      this.position = position;
      this.base = stack[frame + 2]!;
      return tag;
    }
    return failed;
  }

  private keepOld(register: number): void {
    // With nothing to go back to, nothing needs to be put back.
    if (this.height === 0) return;
    const top = this.reserve();
    this.stack[top] = -1 - register;
    this.stack[top + 1] = this.registers[register]!;
  }

  private reserve(): number {
    const top = this.height;
    this.height += frameSize;
    if (this.height > this.stack.length) {
      if (this.height > largestStack) throw tooMuchMemory();
      const grown = new Int32Array(this.stack.length * 4);
      grown.set(this.stack);
      this.stack = grown;
    }
    return top;
  }

  private growRegisters(): void {
    if (this.registers.length >= largestRegisters) throw tooMuchMemory();
    const grown = new Int32Array(this.registers.length * 2);
    grown.set(this.registers);
    this.registers = grown;
  }

  private isFirstTry(failures: Int32Array, way: number): boolean {
    const bit = 1 << (way & 31);
    if ((failures[way >> 5]! & bit) !== 0) return false;
    failures[way >> 5]! |= bit;
    return true;
  }

  private account(steps: number): void {
    const all = steps + this.extraSteps;
    this.extraSteps = 0;
    this.spent += all;
    this.spend(all);
    const ways = this.program.steps.length * (this.end + 1);
    if (this.program.memoizable && !this.failures && this.spent > stepsBeforeMemo && ways <= largestMemo)
      this.failures = new Int32Array((ways >> 5) + 1);
  }
}

function registersFor({ groups, window }: Program): Int32Array<ArrayBuffer> {
  return new Int32Array(2 * groups + 8 * window);
}

function tooMuchMemory(): ExpressionError {
  return new ExpressionError("A regular expression takes too much memory on this text", {
    kind: "limit",
    hint: "Make its repetitions possessive (*+, ++), or match shorter texts",
  });
}
