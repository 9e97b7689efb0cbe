import type { Context } from "./command.ts";

const keys = {
  interrupt: "\x03",
  end: "\x04",
  backspace: "\b",
  delete: "\x7f",
  clear: "\x15",
  suspend: "\x1a",
} as const;

/** Asks for a line on the terminal without showing it. Ctrl-C ends the process with 130. */
export async function askHidden({ notices, exit }: Context, question: string): Promise<string> {
  const { stdin } = process;
  // First the mode: whoever answers at once, by paste or by program, must not be echoed.
  stdin.setRawMode(true);
  notices.raw(question);
  try {
    return await readLine(stdin, {
      interrupt() {
        stdin.setRawMode(false);
        notices.raw("\n");
        exit(130);
      },
      suspend() {
        stdin.setRawMode(false);
        // Returns once the shell lets this process go on.
        process.kill(process.pid, "SIGSTOP");
        stdin.setRawMode(true);
        notices.raw(question);
      },
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    notices.raw("\n");
  }
}

interface Signals {
  interrupt(): void;
  suspend(): void;
}

/** What arrow keys and the like send: nothing that one would mean to be part of a secret. */
const otherKeys = new RegExp(`${String.fromCharCode(27)}(?:\\[[0-9;]*[A-Za-z~]|O[A-Z])?`, "g");

/** In raw mode the terminal edits nothing: what it would do itself is done here. */
function readLine(stdin: NodeJS.ReadStream, signals: Signals): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = "";
    const decoder = new TextDecoder();
    stdin.on("error", reject);
    stdin.on("end", () => resolve(line));
    stdin.on("data", (chunk: Uint8Array) => {
      for (const key of decoder.decode(chunk, { stream: true }).replaceAll(otherKeys, "")) {
        if (key === keys.interrupt) signals.interrupt();
        else if (key === keys.suspend) signals.suspend();
        else if (key === keys.backspace || key === keys.delete) line = [...line].slice(0, -1).join("");
        else if (key === keys.clear) line = "";
        else if (key === keys.end || key === "\r" || key === "\n") return resolve(line);
        else line += key;
      }
    });
  });
}
