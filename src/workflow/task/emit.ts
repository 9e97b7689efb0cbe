import type { EmitTask } from "../../dsl/types.ts";
import type { JsonObject } from "../../expression/json.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";
import { excerpt } from "../task-run.ts";

/** dsl-reference.md "Emit": publishes a CloudEvent, which is also the output (ruling 14). */
export const emitKind: TaskKind<TaskSlot> = {
  prepare(task, site) {
    return site.value((task as EmitTask).emit.event.with, "/emit/event/with");
  },

  run(run) {
    const { machine, plan } = run;
    const { namespace, name, version } = machine.program.document.document;
    const given = run.evaluate(plan) as JsonObject;
    const event: JsonObject = {
      specversion: "1.0",
      // Unique among all executions, and the same when this step is computed again.
      id: `${machine.state.id}-${machine.id("e")}`,
      source: `/${namespace}/${name}/${version}`,
      time: new Date(machine.nowMs).toISOString(),
      ...given,
    };
    for (const attribute of ["id", "source", "type"] as const) {
      const value = event[attribute];
      if (typeof value !== "string" || value === "")
        throw run.error(
          "expression",
          `${plan.label}/${attribute}: must give text, not ${excerpt(value ?? null)}`,
        );
    }
    machine.emit(event);
    run.complete(event);
  },
};
