import { writeSync } from "node:fs";

/**
 * Writes to stdout (1) or stderr (2) synchronously, because `process.stdout` costs milliseconds to make; only
 * when a full pipe does not block does the rest go through the process's stream, which waits for the kernel.
 */
export class Descriptor {
  readonly #fd: 1 | 2;
  readonly #onError: (code: string) => void;
  #broken = false;
  #draining: Promise<void> | undefined;

  /** `onError` is called once, with the kernel's name of the error; everything after it is dropped. */
  constructor(fd: 1 | 2, onError: (code: string) => void) {
    this.#fd = fd;
    this.#onError = onError;
  }

  write(text: string): void {
    let rest: Uint8Array = Buffer.from(text);
    while (rest.length > 0 && this.#draining === undefined && !this.#broken) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        const code = codeOf(error);
        if (code === "EAGAIN") break;
        if (code !== "EINTR") this.#fail(code);
      }
    }
    if (rest.length > 0 && !this.#broken) this.#drain(rest);
  }

  /** Resolves when everything is with the kernel. */
  async flush(): Promise<void> {
    await this.#draining;
  }

  #drain(rest: Uint8Array): void {
    const stream = this.#fd === 1 ? process.stdout : process.stderr;
    if (this.#draining === undefined) stream.on("error", (error) => this.#fail(codeOf(error)));
    const written = new Promise<void>((resolve) => stream.write(rest, () => resolve()));
    this.#draining = Promise.all([this.#draining, written]).then(() => undefined);
  }

  #fail(code: string): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#onError(code);
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? "unknown";
}
