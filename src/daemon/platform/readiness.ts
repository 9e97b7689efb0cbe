import { closeSync, writeSync } from "node:fs";
import type { Failure } from "../../failure.ts";

/** What a spawned server tells the client that waits for it, as one line of JSON after a word. */
export type ReadinessMessage =
  | { readonly word: "READY"; readonly body: { readonly instance: string; readonly version: string } }
  | { readonly word: "BUSY"; readonly body: { readonly pid: number | undefined } }
  | {
      readonly word: "ERROR";
      readonly body: Pick<Failure, "code" | "message" | "reason" | "hint">;
    };

/** The descriptor of the pipe in a spawned server. */
export const readinessFd = 3;

let announced = false;

/** Says it once and closes the pipe. A client that died meanwhile (EPIPE) is no error of ours. */
export function announce(message: ReadinessMessage): void {
  if (announced) return;
  announced = true;
  try {
    writeSync(readinessFd, `${message.word} ${JSON.stringify(message.body)}\n`);
    closeSync(readinessFd);
  } catch {
    // The reader is gone, or there never was one.
  }
}
