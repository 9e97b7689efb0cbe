import { Failure } from "../failure.ts";
import { Descriptor } from "./descriptor.ts";

/** A reader that left, and a stdout that was closed from the start, are no errors of ours. */
const quiet = new Set(["EPIPE", "EBADF", "EIO"]);

/** The only writer to stdout. */
export class Printer {
  /** Aborted when the reader has gone away (`| head`): whoever produces data may stop. */
  readonly closed: AbortSignal;
  readonly #descriptor: Descriptor;
  #failure: Failure | undefined;

  constructor() {
    const closed = new AbortController();
    this.closed = closed.signal;
    this.#descriptor = new Descriptor(1, (code) => {
      if (!quiet.has(code)) this.#failure = cannotWrite(code);
      closed.abort();
    });
  }

  line(text: string): void {
    this.#descriptor.write(`${text}\n`);
  }

  /** Resolves when everything is with the kernel; rejects when it could not be written (disk full). */
  async flush(): Promise<void> {
    await this.#descriptor.flush();
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function cannotWrite(code: string): Failure {
  const why = code === "ENOSPC" ? "no space left on the device" : code;
  return new Failure("unknown", `Cannot write to standard output: ${why}`, {
    reason: "output-not-written",
    hint: "Send the output to another place",
  });
}
