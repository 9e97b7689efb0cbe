import type { DoTask } from "../../dsl/types.ts";
import type { TaskSequence } from "../program.ts";
import type { TaskKind } from "../task-kind.ts";

/** dsl-reference.md "Do": tasks one after the other, each on the output of the one before. */
export const doKind: TaskKind<TaskSequence> = {
  prepare(task, site) {
    return site.list((task as DoTask).do, "/do");
  },

  run(run) {
    if (!run.enter(run.plan)) run.complete(run.input);
  },

  childCompleted(run, child, ended) {
    if (!run.follow(run.plan, child, ended)) run.complete(ended.output);
  },
};
