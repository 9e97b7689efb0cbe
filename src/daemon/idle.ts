import type { Socket } from "node:net";

/** Counts connections and tells when there has been none, and nothing to do, for `idleMs`. */
export class IdleTimer {
  readonly #idleMs: number;
  readonly #isIdle: () => boolean;
  readonly #onIdle: () => void;
  #connections = 0;
  #timer: Timer | undefined;

  constructor(idleMs: number, isIdle: () => boolean, onIdle: () => void) {
    this.#idleMs = idleMs;
    this.#isIdle = isIdle;
    this.#onIdle = onIdle;
    this.#arm();
  }

  track(socket: Socket): void {
    this.#connections += 1;
    clearTimeout(this.#timer);
    socket.once("close", () => {
      this.#connections -= 1;
      if (this.#connections === 0) this.#arm();
    });
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#connections > 0) return;
      if (this.#isIdle()) this.#onIdle();
      else this.#arm();
    }, this.#idleMs);
  }
}
