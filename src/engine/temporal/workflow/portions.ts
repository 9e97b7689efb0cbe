import { proxyActivities, workflowInfo } from "@temporalio/workflow";
import type { HostActivities } from "../protocol.ts";
import { hostOptions } from "./activities.ts";

/** Bytes that are asked of Temporal at once: it takes 4 MiB in one message. */
const most = 3_000_000;

const { turn } = proxyActivities<HostActivities>(hostOptions);

/** What goes to Temporal in one piece: the rest has to wait for the next. */
export class Portions {
  #bytes = 0;
  /** Where the history stood when this portion was begun. */
  #begunAt = 0;
  #queue: Promise<void> | undefined;

  /** Takes room for so many bytes. Undefined: there is some at once; else resolves as soon as there is. */
  room(bytes: number): Promise<void> | undefined {
    if (!this.#queue && this.#fits(bytes)) return undefined;
    const queue = this.#wait(bytes, this.#queue).finally(() => {
      if (this.#queue === queue) this.#queue = undefined;
    });
    this.#queue = queue;
    return queue;
  }

  async #wait(bytes: number, before: Promise<void> | undefined): Promise<void> {
    await before;
    while (!this.#fits(bytes)) await turn();
  }

  #fits(bytes: number): boolean {
    const { historyLength } = workflowInfo();
    if (historyLength !== this.#begunAt) this.#bytes = 0;
    this.#begunAt = historyLength;
    if (this.#bytes > 0 && this.#bytes + bytes > most) return false;
    this.#bytes += bytes;
    return true;
  }
}
