import type { SetTask } from "../../dsl/types.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";

/** dsl-reference.md "Set": the output is the data; as a string it is an expression (ruling 2). */
export const setKind: TaskKind<TaskSlot> = {
  prepare(task, site) {
    const { set } = task as SetTask;
    return typeof set === "string" ? site.expression(set, "/set") : site.value(set, "/set");
  },

  run(run) {
    run.complete(run.evaluate(run.plan));
  },
};
