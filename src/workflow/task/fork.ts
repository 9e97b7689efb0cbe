import type { ForkTask } from "../../dsl/types.ts";
import type { Json } from "../../expression/json.ts";
import { cancelBelow } from "../fault.ts";
import type { TaskSequence } from "../program.ts";
import type { TaskKind } from "../task-kind.ts";

interface Plan {
  readonly branches: TaskSequence;
  readonly compete: boolean;
}

interface Data {
  /** Outputs by branch; null until the branch completes. */
  readonly outputs: Json[];
  open: number;
}

/** How many branches a fork may have. */
const maxBranches = 10_000;

/**
 * dsl-reference.md "Fork": all branches on the same input; the output is an array in declaration order
 * (ruling 14), or with `compete` that of the first to complete, and the others are cancelled. A fault in one
 * branch is the fork's (ruling 15).
 */
export const forkKind: TaskKind<Plan> = {
  prepare(task, site) {
    const { branches, compete } = (task as ForkTask).fork;
    if (branches.length > maxBranches)
      throw site.invalid(
        "/fork/branches",
        `A fork has at most ${maxBranches} branches, not ${branches.length}`,
      );
    return { branches: site.list(branches, "/fork/branches"), compete: compete === true };
  },

  run(run) {
    const { tasks } = run.plan.branches;
    const data: Data = { outputs: run.plan.compete ? [] : tasks.map(() => null), open: tasks.length };
    run.frame.data = data;
    for (const branch of tasks) run.begin(branch);
    if (tasks.length === 0) run.complete(run.plan.compete ? run.input : []);
  },

  concurrent: true,

  childCompleted(run, child, { output, skipped }) {
    const data = run.frame.data as Data;
    data.open--;
    if (run.plan.compete) {
      // A branch that was skipped has not won anything.
      if (skipped && data.open > 0) return;
      cancelBelow(run.machine, run.id);
      run.complete(output);
      return;
    }
    data.outputs[child.index] = output;
    if (data.open === 0) run.complete(data.outputs);
  },
};
