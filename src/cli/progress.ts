import type { Execution, LifecycleRecord } from "../gen/pawl/v1/execution_pb.ts";
import { defineArgs, type Line } from "./command.ts";
import { isCapable, isTerminal } from "./style.ts";

export const progressArg = defineArgs({
  progress: {
    type: "enum",
    valueHint: "KIND",
    options: ["plain", "tree", "none"],
    description:
      "What to show on stderr meanwhile: plain, tree, none; default: tree on a terminal, else none",
  },
});

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

/** False: an execution may run to its end unseen. */
export const showsProgress = (context: Line<typeof progressArg>): boolean => choose(context) !== "none";

export async function createProgress(context: Line<typeof progressArg>, id: string): Promise<Progress> {
  const kind = choose(context);
  if (kind === "none") return none;
  if (kind === "plain") {
    const { PlainProgress } = await import("./progress-plain.ts");
    return new PlainProgress(context.notices);
  }
  const { TreeProgress } = await import("./progress-tree.ts");
  return new TreeProgress(context, id, isTerminal(2) && isCapable());
}

function choose({ args, globals }: Line<typeof progressArg>): "plain" | "tree" | "none" {
  if (args.progress !== undefined) return args.progress;
  if (globals.quiet || !isTerminal(2)) return "none";
  return isCapable() ? "tree" : "plain";
}
