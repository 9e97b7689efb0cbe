import type { IncomingMessage, ServerResponse } from "node:http";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface LaneLimits {
  /** Calls that are being worked on. */
  readonly running: number;
  /** Calls that are begun in one turn of the event loop: what is left of the turn is for everybody else. */
  readonly perTurn: number;
  /** Calls that wait, and the bytes they have announced. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** When none has ended for so long, those that run do not count any more. */
  readonly stallMs: number;
}

export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bytes: number;
}

/** By request: how it gives back its place among those that are worked on. */
const places = new WeakMap<IncomingMessage, () => void>();

/** A call that does nothing but wait from now on makes room for others. */
export function leaveLane(request: IncomingMessage): void {
  places.get(request)?.();
}

/** Calls of one kind, begun in order, so many at a time. */
export class Lane {
  readonly #handle: Handler;
  readonly #refuse: Handler;
  readonly #limits: LaneLimits;
  readonly #queue = new Set<Call>();
  #queuedBytes = 0;
  #running = 0;
  #begun = 0;
  #scheduled = false;
  /** Calls that have come to their end. */
  #ended = 0;
  /** How often all that was running was written off. */
  #round = 0;
  #stalled: NodeJS.Timeout | undefined;

  constructor(handle: Handler, refuse: Handler, limits: LaneLimits) {
    this.#handle = handle;
    this.#refuse = refuse;
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get isFull(): boolean {
    return this.#queue.size >= this.#limits.waiting && !(this.#queue.size === 0 && this.#hasRoom());
  }

  enter(call: Call): void {
    const { waitingBytes } = this.#limits;
    if (this.#queue.size === 0 && this.#hasRoom()) this.#begin(call);
    else if (this.isFull || this.#queuedBytes + call.bytes > waitingBytes) {
      this.#refuse(call.request, call.response);
    } else this.#wait(call);
  }

  open(): void {
    for (const call of this.#queue) this.#next(call);
  }

  #wait(call: Call): void {
    this.#queue.add(call);
    this.#queuedBytes += call.bytes;
    // Whoever leaves meanwhile costs nothing more.
    call.response.once("close", () => this.#take(call));
    this.#schedule();
    this.#watch();
  }

  /** A caller that stops in the middle of its request must not keep others out: it is counted no longer. */
  #watch(): void {
    const ended = this.#ended;
    this.#stalled ??= setTimeout(() => {
      this.#stalled = undefined;
      if (this.#queue.size === 0) return;
      if (this.#ended === ended) {
        this.#round += 1;
        this.#running = 0;
        this.#schedule();
      }
      this.#watch();
    }, this.#limits.stallMs).unref();
  }

  #hasRoom(): boolean {
    return this.#running < this.#limits.running && this.#begun < this.#limits.perTurn;
  }

  #begin({ request, response }: Call): void {
    this.#begun += 1;
    this.#running += 1;
    const round = this.#round;
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      this.#ended += 1;
      if (round === this.#round) this.#running -= 1;
      if (this.#queue.size > 0) this.#schedule();
    };
    places.set(request, leave);
    response.once("close", leave);
    this.#schedule();
    this.#handle(request, response);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#begun = 0;
      for (const call of this.#queue) {
        if (!this.#hasRoom()) break;
        this.#next(call);
      }
    });
  }

  #next(call: Call): void {
    if (this.#take(call)) this.#begin(call);
  }

  #take(call: Call): boolean {
    if (!this.#queue.delete(call)) return false;
    this.#queuedBytes -= call.bytes;
    return true;
  }
}
