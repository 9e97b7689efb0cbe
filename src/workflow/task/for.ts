import type { ForTask } from "../../dsl/types.ts";
import type { Json } from "../../expression/json.ts";
import type { TaskSequence } from "../program.ts";
import type { TaskSlot } from "../site.ts";
import type { TaskKind } from "../task-kind.ts";
import { excerpt, type TaskRun } from "../task-run.ts";

interface Plan {
  readonly each: string;
  readonly at: string;
  readonly in: TaskSlot;
  readonly while?: TaskSlot;
  readonly do: TaskSequence;
}

interface Data {
  /** The collection; absent when it stands in the definition. */
  items?: readonly Json[];
  index: number;
}

/**
 * dsl-reference.md "For": the collection is taken once, on the input; each iteration's input is the output of
 * the one before, and the last one's is the task's. `while` is tested before each iteration on what would be
 * its input. `exit` leaves one iteration, not the loop.
 */
export const forKind: TaskKind<Plan> = {
  prepare(task, site) {
    const { for: loop, while: condition, do: tasks } = task as ForTask;
    const each = loop.each ?? "item";
    const at = loop.at ?? "index";
    const own = [each, at];
    return {
      each,
      at,
      in: typeof loop.in === "string" ? site.expression(loop.in, "/for/in") : site.value(loop.in, "/for/in"),
      ...(condition !== undefined && { while: site.expression(condition, "/while", "definition", own) }),
      do: site.list(tasks, "/do", own),
    };
  },

  run(run) {
    const items = run.evaluate(run.plan.in);
    if (!Array.isArray(items))
      throw run.error("expression", `${run.plan.in.label}: must give an array, not ${excerpt(items)}`);
    const data: Data = { index: -1, ...(items !== run.plan.in.slot.constant && { items }) };
    run.frame.data = data;
    iterate(run, data, run.input);
  },

  childCompleted(run, child, ended) {
    if (!run.follow(run.plan.do, child, ended)) iterate(run, run.frame.data as Data, ended.output);
  },
};

function iterate(run: TaskRun<Plan>, data: Data, output: Json): void {
  const { plan } = run;
  const items = data.items ?? (plan.in.slot.constant as readonly Json[]);
  const index = data.index + 1;
  const item = items[index];
  const goesOn = item !== undefined && continues(run, index, item, output);
  data.index = index;
  if (!goesOn || !run.enter(plan.do, output)) run.complete(output);
}

function continues(run: TaskRun<Plan>, index: number, item: Json, output: Json): boolean {
  const { plan, frame } = run;
  frame.variables = { [plan.at]: index, [plan.each]: item };
  return plan.while === undefined || run.test(plan.while, output);
}
