import { emitAssertion } from "./assertion.ts";
import type { Node, Pattern } from "./ast.ts";
import { emitBackreference, emitCharacter, emitFoldedRun, isFolded, singleSet } from "./character.ts";
import { emitAtomic, emitLookahead, emitLookbehind } from "./lookaround.ts";
import { failed, matched, type Program, type Step } from "./machine.ts";
import { children, spanOf } from "./node-span.ts";
import { emitRepeat } from "./repetition.ts";

/**
 * Compiles a pattern for the machine. Code that is called (`\g<…>`) is emitted once, behind the rest. Say whether
 * matches may be refused for where they begin.
 */
export function compilePattern(pattern: Pattern, refusesMatches: boolean): Program {
  const emitter = new Emitter(pattern);
  if (refusesMatches) emitter.forbidMemo();
  emitter.emitGroup(0, pattern.root);
  emitter.emit(() => () => matched);
  emitter.emitSubroutines();
  return emitter.link();
}

/** A place in the program; known once it is placed. */
export interface Label {
  step: number;
}

/** Makes an instruction; `next` is the one behind it. Labels are known by then. */
export type MakeStep = (next: number) => Step;

/** Collects the instructions of a pattern. */
export class Emitter {
  private readonly makers: MakeStep[] = [];
  private readonly bodies = new Map<number, Node>();
  private readonly subroutines = new Map<number, Label>();
  private readonly groups: number;
  private memoizable = true;
  /** Register 0 of a window holds where a call returns to. */
  private window = 1;

  constructor(pattern: Pattern) {
    this.groups = pattern.groupNames.length;
    this.bodies.set(0, pattern.root);
    this.collect(pattern.root);
  }

  emit(make: MakeStep): void {
    this.makers.push(make);
  }

  label(): Label {
    return { step: -1 };
  }

  place(label: Label): void {
    label.step = this.makers.length;
  }

  jump(label: Label): void {
    this.emit(() => () => label.step);
  }

  /** Says that success does not depend on instruction and position alone. */
  forbidMemo(): void {
    this.memoizable = false;
  }

  /** A register of the current window. */
  register(): number {
    return this.window++;
  }

  emitNode(node: Node): void {
    switch (node.type) {
      case "sequence":
        this.emitSequence(node.items);
        break;
      case "alternation":
        this.emitAlternation(node.branches);
        break;
      case "repeat":
        emitRepeat(this, node);
        break;
      case "capture":
        this.emitGroup(node.group, node.body);
        break;
      case "atomic":
        emitAtomic(this, node.body);
        break;
      case "lookahead":
        emitLookahead(this, node.body, node.negative);
        break;
      case "lookbehind":
        emitLookbehind(this, node.body, node.negative, spanOf(node.body));
        break;
      case "conditional":
        this.emitConditional(node);
        break;
      case "backreference":
        emitBackreference(this, node.groups, node.fold);
        break;
      case "call":
        this.emitCall(node.group);
        break;
      case "assert":
        emitAssertion(this, node.kind);
        break;
      case "keep":
        this.emit((next) => (machine) => {
          machine.set(0, machine.position);
          return next;
        });
        break;
      case "fail":
        this.emit(() => () => failed);
        break;
      case "empty":
        break;
      default:
        emitCharacter(this, node);
    }
  }

  emitGroup(group: number, body: Node): void {
    if (this.subroutines.has(group)) this.emitCall(group);
    else this.emitCaptured(group, body);
  }

  emitSubroutines(): void {
    for (const [group, entry] of this.subroutines) {
      this.place(entry);
      this.emitCalled(group, this.bodies.get(group)!);
      this.emit(() => (machine) => machine.leave());
    }
  }

  link(): Program {
    const steps = this.makers.map((make, index) => make(index + 1));
    return { steps, groups: this.groups, window: this.window, memoizable: this.memoizable };
  }

  private collect(node: Node): void {
    if (node.type === "capture") this.bodies.set(node.group, node.body);
    if (node.type === "call") this.subroutines.set(node.group, this.label());
    for (const child of children(node)) this.collect(child);
  }

  /** Start and end of group 0 are the machine's business: `\K` moves the one, the end of the program is the other. */
  private emitCaptured(group: number, body: Node): void {
    if (group > 0) this.emitSave(2 * group);
    this.emitNode(body);
    if (group > 0) this.emitSave(2 * group + 1);
  }

  /** A group that is called may call itself before it ends, so its start is kept in its own window until then. */
  private emitCalled(group: number, body: Node): void {
    const start = this.register();
    this.emit((next) => (machine) => {
      machine.set(machine.base + start, machine.position);
      return next;
    });
    this.emitNode(body);
    if (group === 0) return;
    this.emit((next) => (machine) => {
      machine.set(2 * group, machine.registers[machine.base + start]!);
      machine.set(2 * group + 1, machine.position);
      return next;
    });
  }

  private emitSave(register: number): void {
    this.emit((next) => (machine) => {
      machine.set(register, machine.position);
      return next;
    });
  }

  private emitCall(group: number): void {
    const entry = this.subroutines.get(group)!;
    this.forbidMemo();
    this.emit((next) => (machine) => {
      machine.enter(next);
      return entry.step;
    });
  }

  private emitSequence(items: readonly Node[]): void {
    for (let index = 0; index < items.length; ) {
      let end = index;
      while (end < items.length && isFolded(items[end]!)) end++;
      if (end > index) emitFoldedRun(this, items.slice(index, end));
      else this.emitNode(items[end++]!);
      index = end;
    }
  }

  private emitAlternation(branches: readonly Node[]): void {
    const set = singleSet({ type: "alternation", branches });
    if (set) {
      emitCharacter(this, { type: "set", set });
      return;
    }
    const end = this.label();
    for (const [index, branch] of branches.entries()) {
      const other = this.label();
      const isLast = index === branches.length - 1;
      if (!isLast) this.emitChoice(other);
      this.emitNode(branch);
      if (!isLast) this.jump(end);
      this.place(other);
    }
    this.place(end);
  }

  /** Goes on with the next instruction, and remembers another to try after it. */
  emitChoice(other: Label): void {
    this.emit((next) => {
      const step = other.step;
      return (machine) => {
        machine.pushChoice(step, machine.position);
        return next;
      };
    });
  }

  private emitConditional(node: Node & { type: "conditional" }): void {
    const { condition } = node;
    const [no, end] = [this.label(), this.label()];
    this.forbidMemo();
    if (condition.type === "matched") {
      const groups = condition.groups;
      this.emit((next) => (machine) => {
        const { registers } = machine;
        return groups.some((group) => registers[2 * group + 1]! >= 0) ? next : no.step;
      });
    } else {
      const mark = this.register();
      this.emit((next) => (machine) => {
        machine.mark(machine.base + mark);
        machine.pushChoice(no.step, machine.position);
        return next;
      });
      this.emitNode(condition);
      this.emit((next) => (machine) => {
        machine.cut(machine.registers[machine.base + mark]!);
        return next;
      });
    }
    this.emitNode(node.yes);
    this.jump(end);
    this.place(no);
    this.emitNode(node.no);
    this.place(end);
  }
}
