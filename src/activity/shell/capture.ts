import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { ActivityContext } from "../activity.ts";
import type { ByteReader } from "./pipe.ts";

const tailBytes = 2048;
const lineEnd = 0x0a;
const longestLine = 8192;

/** Takes in one output of a process: keeps up to `maxBytes` of it and always its end, and hands its lines to the log. */
export class Capture {
  readonly #stream: "stdout" | "stderr";
  readonly #maxBytes: number;
  readonly #log: ActivityContext["log"];
  readonly #chunks: Uint8Array[] = [];
  readonly #lines = new TextDecoder();
  #length = 0;
  #tail: Uint8Array = new Uint8Array();
  #line = "";

  /** With `maxBytes` 0 nothing but the end is kept, and no length is too much. */
  constructor(stream: "stdout" | "stderr", maxBytes: number, log: ActivityContext["log"]) {
    this.#stream = stream;
    this.#maxBytes = maxBytes;
    this.#log = log;
  }

  /** Reads to the end of the stream. Faults with a runtime error past `maxBytes`. */
  async read(reader: ByteReader): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || value === undefined) break;
      this.#take(value);
    }
    if (this.#line !== "") this.#log?.({ stream: this.#stream, text: this.#line });
  }

  /** What was kept, without the line ends that close it, as a shell's own `$(…)` has it (ruling 28). */
  text(): string {
    const text = new TextDecoder().decode(Buffer.concat(this.#chunks));
    let end = text.length;
    while (text[end - 1] === "\n") end -= 1;
    return text.slice(0, end);
  }

  /** The last words, for an error's detail: whole lines, if the last of them is not too long. */
  tail(): string {
    const whole = this.#tail.length < tailBytes ? 0 : this.#tail.indexOf(lineEnd) + 1;
    return new TextDecoder().decode(this.#tail.subarray(whole)).trim();
  }

  #take(chunk: Uint8Array): void {
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
    if (this.#log !== undefined) this.#split(chunk);
    if (this.#maxBytes === 0) return;
    this.#length += chunk.length;
    if (this.#length > this.#maxBytes)
      throw new WorkflowFault(
        standardError(
          "runtime",
          `The command wrote more than ${this.#maxBytes} bytes to ${this.#stream}; redirect it to a file`,
        ),
      );
    this.#chunks.push(chunk);
  }

  #split(chunk: Uint8Array): void {
    const lines = (this.#line + this.#lines.decode(chunk, { stream: true })).split("\n");
    this.#line = lines.pop() ?? "";
    for (const text of lines) this.#log?.({ stream: this.#stream, text });
    while (this.#line.length > longestLine) {
      this.#log?.({ stream: this.#stream, text: this.#line.slice(0, longestLine) });
      this.#line = this.#line.slice(longestLine);
    }
  }
}
