import type { Pawl } from "../conformance/pawl.ts";

/** The log of a server, as it is written. */
export interface LogLines {
  /** Resolves with the next line, from where the last one was found, that contains this. */
  next(words: string): Promise<string>;
  close(): Promise<void>;
}

/** From its beginning. */
export function followLog(pawl: Pawl): LogLines {
  const child = pawl.start("server", "logs", "--follow", "-o", "json");
  const lines = linesOf(child.stdout);
  return {
    async next(words) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`The log ended before "${words}"`);
        if (value.includes(words)) return value;
      }
    },
    async close() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** Whole lines of an output, as they come. */
export async function* linesOf(output: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of output) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}
