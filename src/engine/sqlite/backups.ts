import { Failure } from "../../failure.ts";
import type { Connection } from "./store.ts";

/** Makes backups of an open store, one at a time. */
export class Backups {
  readonly #connection: Connection;
  readonly #stop = new AbortController();
  #underWay: Promise<unknown> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Rejects as `Engine.backup` does. Answers the size in bytes. */
  async make(path: string, signal: AbortSignal): Promise<number> {
    if (!this.#connection.backup) {
      throw new Failure("failed_precondition", "What is kept in memory cannot be backed up", {
        reason: "backup-without-file",
      });
    }
    if (this.#underWay) {
      throw new Failure("failed_precondition", "Another backup is being made", {
        reason: "backup-under-way",
        hint: "Wait until it has ended",
      });
    }
    const copy = this.#connection.backup(path, AbortSignal.any([signal, this.#stop.signal]));
    this.#underWay = copy.catch(() => {});
    try {
      return await copy;
    } finally {
      this.#underWay = undefined;
    }
  }

  /** Cuts off what is under way; resolves once it has ended. */
  async stop(reason: Failure): Promise<void> {
    this.#stop.abort(reason);
    await this.#underWay;
  }
}
