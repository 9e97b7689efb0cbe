export interface EntranceLimits {
  /** Connections of which the first bytes are awaited. */
  readonly awaited: number;
  /** Connections that are let in within one turn of the event loop: what is left of the turn is for those that are in. */
  readonly perTurn: number;
  /** When none was heard of for so long, those that are silent do not count any more. */
  readonly silenceMs: number;
}

const usual: EntranceLimits = { awaited: 256, perTurn: 128, silenceMs: 25 };

/** Reads from its connection now, and calls `heard` once, when the first bytes are there or never will be. */
export type Begin = (heard: () => void) => void;

/**
 * Lets new connections in, in order, so many at a time. Ten thousand at once are then as many short turns instead of a long
 * one, between which the connections that are in have theirs.
 */
export class Entrance {
  readonly #limits: EntranceLimits;
  readonly #waiting = new Set<Begin>();
  #awaited = 0;
  #begun = 0;
  /** How often the silent ones were written off. */
  #round = 0;
  #heard = 0;
  #scheduled = false;
  #silence: NodeJS.Timeout | undefined;
  #open = false;

  constructor(limits: EntranceLimits = usual) {
    this.#limits = limits;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Begins now, or in its turn. */
  enter(begin: Begin): void {
    this.#waiting.add(begin);
    this.#admit();
  }

  /** The server stops: nobody waits any more. */
  open(): void {
    this.#open = true;
    this.#admit();
  }

  #admit(): void {
    const { awaited, perTurn } = this.#limits;
    for (const begin of this.#waiting) {
      if (!this.#open && (this.#awaited >= awaited || this.#begun >= perTurn)) break;
      this.#waiting.delete(begin);
      this.#begin(begin);
    }
    if (this.#waiting.size > 0) this.#watch();
  }

  #begin(begin: Begin): void {
    const round = this.#round;
    this.#begun += 1;
    this.#awaited += 1;
    this.#schedule();
    begin(() => {
      this.#heard += 1;
      if (round === this.#round) this.#awaited -= 1;
      if (this.#waiting.size > 0) this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#begun = 0;
      this.#admit();
    });
  }

  #watch(): void {
    const heard = this.#heard;
    this.#silence ??= setTimeout(() => {
      this.#silence = undefined;
      if (this.#waiting.size === 0) return;
      if (this.#heard === heard) {
        this.#round += 1;
        this.#awaited = 0;
      }
      this.#admit();
    }, this.#limits.silenceMs).unref();
  }
}
