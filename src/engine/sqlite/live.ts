import type { Json } from "../../expression/json.ts";
import type { Failure } from "../../failure.ts";
import type { EventBody } from "../../workflow/event.ts";
import type { ExecutionStatus } from "../../workflow/lifecycle.ts";
import type { State } from "../../workflow/state.ts";
import type { Revision } from "../request/revision.ts";
import type { NewExecution } from "./executions.ts";

/** Something that an execution has to deal with, and what is to be removed from the store once it has. */
export interface Mail {
  readonly event: EventBody | InnerEvent;
  /** Key of a delivery. */
  readonly delivery?: number;
  /** Instant of what it was due at, ms since the epoch: the clock may have been set back since it was. */
  readonly notBefore?: number;
  /** Whether it holds a slot of the activities. */
  readonly slot?: boolean;
  /** Who waits for it to be durable. */
  readonly answer?: { resolve(): void; reject(failure: Failure): void };
}

/** What concerns the engine alone. */
export type InnerEvent =
  /** It is the execution's turn to begin, or to go on. */
  | { readonly type: "due" }
  /** An activity that nobody waits for came to its end. */
  | { readonly type: "detached-ended"; readonly activity: string };

export const due: Mail = { event: { type: "due" } };

/** An execution as it is in memory while it has something to do, and for a while after. */
export class Live {
  readonly key: number;
  readonly mailbox: Mail[] = [];
  /** Set until its row is written. */
  start: NewExecution | undefined;
  /** The same input as data, for its first slice. */
  input: Json | undefined;
  /** Set once it is loaded, like all below. */
  revision: Revision | undefined;
  state: State | undefined;
  origin: Origin | undefined;
  /** Nothing matters to it any more: it has ended, or it was deleted. */
  ended = false;
  /** Its definition could not be read elsewhere: whatever is wrong with it is told in its turn. */
  readsHere = false;
  /** Whether the store says that it has a slice to run. */
  due = false;
  /** Status as written last. */
  written: ExecutionStatus | undefined;
  /** Instant of its last event: time does not run backwards for it. */
  lastAt = 0;
  /** What a replay would cost, in records; and the length of the last snapshot. */
  replay = 0;
  snapshotLength = 0;
  /** Whether its state has grown past the limit. */
  oversize = false;
  /** Approximate size in memory. */
  bytes = 0;
  /** Slices that are not committed yet. */
  uncommitted = 0;

  constructor(key: number) {
    this.key = key;
  }

  /** Forgets what was loaded or computed: the next slice reads it from the store. */
  unload(): void {
    this.state = undefined;
    this.origin = undefined;
    this.ended = false;
    this.input = undefined;
  }
}

/** What of an execution's row never changes and is needed at every turn. */
export interface Origin {
  readonly id: string;
  readonly parentKey: number | null;
  readonly child: string | null;
  readonly depth: number;
  readonly trace: string | null;
}
