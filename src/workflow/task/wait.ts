import type { WaitTask } from "../../dsl/types.ts";
import type { Json } from "../../expression/json.ts";
import type { DurationSlot } from "../duration.ts";
import type { TaskKind } from "../task-kind.ts";

/** dsl-reference.md "Wait": the output is the input, later. */
export const waitKind: TaskKind<DurationSlot> = {
  prepare(task, site) {
    return site.duration((task as WaitTask).wait as Json, "/wait");
  },

  run(run) {
    const ms = run.duration(run.plan);
    if (ms === 0) run.complete(run.input);
    else run.startTimer(ms);
  },

  report(run) {
    run.complete(run.input);
  },
};
