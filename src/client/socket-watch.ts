import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Home } from "../config/home.ts";

/** Tells when something happened to a home's socket; armed before the first look, so that nothing is missed. */
export class SocketWatch {
  readonly #watcher: FSWatcher;
  #pending = false;
  #wake: (() => void) | undefined;

  constructor(home: Home) {
    const socketName = basename(home.socket);
    this.#watcher = watch(dirname(home.socket), (_event, name) => {
      if (name !== null && name !== socketName) return;
      this.#pending = true;
      this.#wake?.();
    });
    this.#watcher.on("error", () => this.#wake?.());
  }

  /** Resolves at the next event, or at once if there was one since the last call. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#pending = false;
        this.#wake = undefined;
        resolve();
      };
      if (this.#pending) wake();
      else this.#wake = wake;
    });
  }

  close(): void {
    this.#watcher.close();
  }
}
