import type { Place } from "../cli/pawl.ts";

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly url?: string;
}

/** The log of a server, as it is written. */
export class Tail {
  readonly lines: LogLine[] = [];
  #wake = () => {};
  readonly #child: ReturnType<Place["start"]>;

  constructor(place: Place) {
    this.#child = place.start(["server", "logs", "-f", "-o", "jsonl"]);
    void this.#read();
  }

  /** The first line after so many that ends with this. */
  async told(end: string, after = 0): Promise<LogLine> {
    for (;;) {
      const found = this.lines.slice(after).find(({ message }) => message.endsWith(end));
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  get states(): string[] {
    return this.lines.flatMap(({ message }) => /^Temporal at ".*": (.*)$/.exec(message)?.[1] ?? []);
  }

  async close(): Promise<void> {
    this.#child.kill();
    await this.#child.exited;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of this.#child.stdout) {
      const parts = (text + decoder.decode(chunk, { stream: true })).split("\n");
      text = parts.pop() ?? "";
      this.lines.push(...parts.map((part) => JSON.parse(part) as LogLine));
      this.#wake();
    }
  }
}
