import { endWorkflow, enter } from "./fault.ts";
import type { ChildEnded, Machine, Prompt } from "./machine.ts";

/**
 * The loop: everything that can go on without waiting does, task by task and first come first served, with no
 * recursion. What a task leads to around it (its parent hears of its end) comes before any other task begins,
 * so that the winner of a competing `fork` keeps the others from starting. After `budget` tasks the rest
 * stays in `ready`.
 */
export function work(machine: Machine, budget: number): void {
  let left = budget;
  let next = 0;
  const { ready, prompt, state } = machine;
  while (state.outcome === undefined) {
    const urgent = prompt.pop();
    if (urgent !== undefined) handle(machine, urgent);
    else if (next === ready.length || left-- === 0) break;
    else resume(machine, ready[next++]!);
  }
  ready.splice(0, state.outcome === undefined ? next : ready.length);
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
