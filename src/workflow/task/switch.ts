import type { SwitchTask } from "../../dsl/types.ts";
import { escapePointer, type TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";

interface Case {
  /** Absent: the default, taken when no other case matches, wherever it stands. */
  readonly when?: TaskSlot;
  readonly directive: string;
}

/** dsl-reference.md "Switch": the first case that matches says where to go. The output is the input. */
export const switchKind: TaskKind<readonly Case[]> = {
  prepare(task, site) {
    return (task as SwitchTask).switch.map((entry, index) => {
      const [name, { when, then }] = Object.entries(entry)[0]!;
      const path = `/switch/${index}/${escapePointer(name)}/when`;
      return { directive: then, ...(when !== undefined && { when: site.expression(when, path) }) };
    });
  },

  run(run) {
    const matching =
      run.plan.find(({ when }) => when !== undefined && run.test(when)) ??
      run.plan.find(({ when }) => when === undefined);
    run.complete(run.input, matching?.directive);
  },
};
