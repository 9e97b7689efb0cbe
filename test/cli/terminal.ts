import { binary, type Place } from "./pawl.ts";

export interface Session {
  /** Everything that was written to the terminal, stdout and stderr. */
  readonly output: string;
  /** What a person sees at the end, line by line. */
  readonly screen: readonly string[];
  readonly code: number;
}

export interface TerminalOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Sees all output so far after each piece, and may type or change the size. */
  readonly react?: Reaction;
  /** Instead of the binary alone: what is run with it and the words. */
  readonly shell?: string;
}

/** Runs a command on a terminal. */
export async function onTerminal(
  place: Place,
  words: readonly string[],
  options: TerminalOptions = {},
): Promise<Session> {
  let output = "";
  const decoder = new TextDecoder();
  let closed: () => void;
  const end = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { cols = 80, rows = 24 } = options;
  const command = [binary, ...words];
  const child = Bun.spawn(options.shell === undefined ? command : ["bash", "-c", options.shell, ...command], {
    cwd: place.directory,
    env: place.environment({ TERM: "xterm-256color", ...options.env }),
    terminal: {
      cols,
      rows,
      data(terminal, data) {
        output += decoder.decode(data, { stream: true });
        const typed = options.react?.(output, terminal);
        if (typed) terminal.write(typed);
      },
      exit: () => closed(),
    },
  });
  const code = await child.exited;
  child.terminal?.close();
  await end;
  return { output, screen: render(output), code };
}

export type Reaction = (output: string, terminal: Bun.Terminal) => string | undefined;

/** Plays output to a screen: text, newlines, cursor up, erase the line, erase below. Colors are left out. */
function render(output: string): string[] {
  const lines: string[] = [""];
  let row = 0;
  for (const [token] of Bun.stripANSI(markMoves(output)).matchAll(
    /\u{E000}\d+;|\u{E001}|\u{E002}|\r|\n|[^\r\n\u{E000}-\u{E002}]+/gu,
  )) {
    if (token.startsWith("\u{E000}")) row = Math.max(0, row - Number(token.slice(1, -1)));
    else if (token === "\u{E001}") lines.splice(row, lines.length, "");
    else if (token === "\u{E002}") lines[row] = "";
    else if (token === "\n") lines[++row] ??= "";
    else if (token === "\r") continue;
    else lines[row] += token;
  }
  return lines;
}

/** Moves become private characters, so that what strips colors does not take them away. */
function markMoves(output: string): string {
  const control = String.fromCharCode(27);
  return output
    .replaceAll(new RegExp(`${control}\\[(\\d+)A`, "g"), "\u{E000}$1;")
    .replaceAll(`${control}[J`, "\u{E001}")
    .replaceAll(`${control}[K`, "\u{E002}");
}
