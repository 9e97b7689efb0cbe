import type { WorkflowError } from "../dsl/error.ts";
import type { EvaluateRequest } from "../dsl/request.ts";
import type { Json } from "../expression/json.ts";
import type { ChildEnd, Report } from "./task-kind.ts";
import type { TaskRun } from "./task-run.ts";

/**
 * Why a run is given work. Plain JSON: it stands in the state while the work is suspended, to be done from its
 * beginning once the value that it lacked is there. So whoever works changes nothing before the last value it needs.
 */
export type Entry =
  | { readonly type: "go-on" }
  | { readonly type: "report"; readonly report: Report }
  | { readonly type: "child-completed"; readonly child: string; readonly ended: ChildEnd }
  | { readonly type: "child-faulted"; readonly child: string; readonly error: WorkflowError };

/** Work that waits for the value of a slot, which an activity evaluates because `advance` must not see secrets. */
export interface Suspended {
  readonly entry: Entry;
  /** Pointer of the slot. */
  readonly label: string;
  /** The activity that evaluates it; absent while the work is done once more. */
  activity?: string;
  /** The values that this piece of work has got so far, by pointer of their slots. */
  readonly known: Record<string, Json>;
}

/** Thrown where a value is needed that only an activity can give. */
export class Suspension {
  readonly label: string;
  readonly request: EvaluateRequest;

  constructor(label: string, request: EvaluateRequest) {
    this.label = label;
    this.request = request;
  }
}

/** Asks for the value, and keeps in mind what to do once it is there. */
export function suspend(run: TaskRun, entry: Entry, { label, request }: Suspension): void {
  const activity = run.startActivity(request);
  run.frame.suspended = { entry, label, activity, known: run.frame.suspended?.known ?? {} };
}
