import type { Context } from "./command.ts";

const keys = { interrupt: "\x03", end: "\x04", backspace: "\b", delete: "\x7f", clear: "\x15" } as const;

/** Asks for a line on the terminal without showing it. Ctrl-C ends the process with 130. */
export async function askHidden({ notices, exit }: Context, question: string): Promise<string> {
  const { stdin } = process;
  // First the mode: whoever answers at once, by paste or by program, must not be echoed.
  stdin.setRawMode(true);
  notices.raw(question);
  try {
    return await readLine(stdin, () => {
      stdin.setRawMode(false);
      notices.raw("\n");
      exit(130);
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    notices.raw("\n");
  }
}

/** In raw mode the terminal edits nothing: what it would do itself is done here. */
function readLine(stdin: NodeJS.ReadStream, interrupted: () => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = "";
    const decoder = new TextDecoder();
    stdin.on("error", reject);
    stdin.on("end", () => resolve(line));
    stdin.on("data", (chunk: Uint8Array) => {
      for (const key of decoder.decode(chunk, { stream: true })) {
        if (key === keys.interrupt) interrupted();
        else if (key === keys.backspace || key === keys.delete) line = [...line].slice(0, -1).join("");
        else if (key === keys.clear) line = "";
        else if (key === keys.end || key === "\r" || key === "\n") return resolve(line);
        else line += key;
      }
    });
  });
}
