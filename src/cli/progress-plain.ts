import type { Execution, LifecycleRecord } from "../gen/pawl/v1/execution_pb.ts";
import { statusOf } from "./execution-view.ts";
import type { Notices } from "./notices.ts";
import type { Progress } from "./progress.ts";
import { taskNames } from "./task-tree.ts";
import { printable, toTime } from "./wire.ts";

/** One line per change: the time, the task, what became of it. */
export class PlainProgress implements Progress {
  readonly wantsRecords = true;
  readonly #notices: Notices;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  record(record: LifecycleRecord): void {
    const [scope, verb = ""] = record.type.split(".");
    if (verb === "created" || verb === "status-changed") return;
    const path = taskNames(record.task).map(({ name }) => name);
    const who = scope === "task" ? `task ${path.join("/") || printable(record.task)}` : "workflow";
    const error = record.error === "" ? "" : `: ${describe(record.error)}`;
    this.#notices.raw(`${toTime(record.at) ?? "-"} ${who} ${verb}${error}\n`);
  }

  ended(execution: Execution): Execution {
    this.#notices.raw(
      `${toTime(execution.endedAt) ?? "-"} execution ${execution.id} ${statusOf(execution)}\n`,
    );
    return execution;
  }

  close(): void {}
}

function describe(error: string): string {
  const { title, detail } = JSON.parse(error) as { title?: string; detail?: string };
  return printable([title, detail].filter(Boolean).join(", "));
}
