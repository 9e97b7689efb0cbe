import type { Execution, LifecycleRecord } from "../gen/pawl/v1/execution_pb.ts";
import type { Context, Flag } from "./command.ts";
import { isCapable, isTerminal } from "./style.ts";

export const progressFlag: Flag = {
  name: "progress",
  value: "KIND",
  choices: ["plain", "tree", "none"],
  summary: "What to show on stderr meanwhile: plain, tree, none; default: tree on a terminal, else none",
};

/** Shows on stderr how an execution comes along. */
export interface Progress {
  /** False: only the end matters. */
  readonly wantsRecords: boolean;
  record(record: LifecycleRecord): void;
  /** Shows the end, and hands the execution on. */
  ended(execution: Execution): Execution;
  /** Leaves what was shown, also when following was broken off. */
  close(): void;
}

const none: Progress = { wantsRecords: false, record() {}, ended: (execution) => execution, close() {} };

export async function createProgress(context: Context, id: string): Promise<Progress> {
  const kind = choose(context);
  if (kind === "none") return none;
  if (kind === "plain") {
    const { PlainProgress } = await import("./progress-plain.ts");
    return new PlainProgress(context.notices);
  }
  const { TreeProgress } = await import("./progress-tree.ts");
  return new TreeProgress(context, id, isTerminal(2) && isCapable());
}

function choose({ flags, globals }: Context): "plain" | "tree" | "none" {
  const given = flags.text("progress");
  if (given === "plain" || given === "tree" || given === "none") return given;
  if (globals.quiet || !isTerminal(2)) return "none";
  return isCapable() ? "tree" : "plain";
}
