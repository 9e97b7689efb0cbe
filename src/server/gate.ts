import { type Handler, Lane, type LaneLimits } from "./lane.ts";

const light: LaneLimits = {
  running: 256,
  perTurn: 16,
  waiting: 1_000,
  waitingBytes: 64 << 20,
  stallMs: 5_000,
};
/** One at a time: reading a definition or data of many megabytes takes its time, and many times its size. */
const heavy: LaneLimits = { running: 1, perTurn: 1, waiting: 100, waitingBytes: 256 << 20, stallMs: 5_000 };
export const heavyBytes = 256 << 10;
/** What a request of unknown length is taken for. */
const unknownBytes = 64 << 10;

/** Calls that make work, as opposed to those that look at what is there, or end something. */
const work = new Set([
  "/pawl.v1.ExecutionService/Start",
  "/pawl.v1.WorkflowService/Apply",
  "/pawl.v1.WorkflowService/Validate",
  "/pawl.v1.EventService/Publish",
  "/pawl.v1.SecretService/Set",
]);

export const isWork = (path: string): boolean => work.has(path);

export interface GateLimits {
  readonly light?: LaneLimits;
  readonly heavy?: LaneLimits;
}

/**
 * Lets calls that make work in as fast as it is done: the others wait, in order, and past a bound they are refused at
 * once. Calls that only look pass by, so that a server with too much to do still says what it does.
 */
export class Gate {
  readonly #handle: Handler;
  readonly #light: Lane;
  readonly #heavy: Lane;
  #open = false;

  constructor(handle: Handler, refuse: Handler, limits: GateLimits = {}) {
    this.#handle = handle;
    this.#light = new Lane(handle, refuse, limits.light ?? light);
    this.#heavy = new Lane(handle, refuse, limits.heavy ?? heavy);
  }

  get running(): number {
    return this.#light.running + this.#heavy.running;
  }

  get waiting(): number {
    return this.#light.waiting + this.#heavy.waiting;
  }

  /** Whether a call of usual size that makes work would be refused now. */
  get isFull(): boolean {
    return !this.#open && this.#light.isFull;
  }

  /** Handles the call now or in its turn, or refuses it. */
  readonly enter: Handler = (request, response) => {
    if (this.#open || !isWork(request.url ?? "")) return this.#handle(request, response);
    const bytes = Number(request.headers["content-length"] ?? unknownBytes);
    const lane = bytes >= heavyBytes ? this.#heavy : this.#light;
    lane.enter({ request, response, bytes });
  };

  /** The server stops: all that waits goes through at once, to be told so. */
  open(): void {
    this.#open = true;
    this.#light.open();
    this.#heavy.open();
  }
}
