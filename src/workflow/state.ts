import type { Json } from "../expression/json.ts";
import type { Outcome } from "./event.ts";
import type { ExecutionStatus } from "./lifecycle.ts";

/** Where an execution stands: plain JSON, complete in itself. The rooms above read these fields and no others. */
export interface State {
  readonly id: string;
  status: ExecutionStatus;
  readonly input: Json;
  readonly startedAt: number;
  outcome?: Outcome;
  /** The interpreter's own. */
  [field: string]: unknown;
}
