import { endWorkflow, enter } from "./fault.ts";
import type { Budget } from "./interpreter.ts";
import type { ChildEnded, Machine, Prompt } from "./machine.ts";

/**
 * The loop: everything that can go on without waiting does, task by task and first come first served, with no
 * recursion. What a task leads to around it (its parent hears of its end) comes before any other task begins,
 * so that the winner of a competing `fork` keeps the others from starting. Past the budget the rest stays in `ready`;
 * answers how many tasks there were when it was the steps that were used up.
 */
export function work(
  machine: Machine,
  { tasks, steps = Number.POSITIVE_INFINITY }: Budget,
): number | undefined {
  let next = 0;
  let isCut = false;
  const { ready, prompt, state } = machine;
  while (state.outcome === undefined) {
    const urgent = prompt.pop();
    if (urgent !== undefined) {
      handle(machine, urgent);
      continue;
    }
    if (next === ready.length || next >= tasks) break;
    isCut = next > 0 && machine.spent > steps;
    if (isCut) break;
    resume(machine, ready[next++]!);
  }
  ready.splice(0, state.outcome === undefined ? next : ready.length);
  return isCut ? next : undefined;
}

function handle(machine: Machine, prompt: Prompt): void {
  if (typeof prompt === "number") resume(machine, prompt);
  else hear(machine, prompt);
}

function hear(machine: Machine, { parent, child, ended }: ChildEnded): void {
  if (ended.directive === "end") endWorkflow(machine, parent, ended.output);
  else enter(machine, parent, { type: "child-completed", child: child.pointer, ended });
}

/** A run that is gone by now was cancelled. */
function resume(machine: Machine, id: number): void {
  if (machine.frame(id) !== undefined) enter(machine, id, { type: "go-on" });
}
