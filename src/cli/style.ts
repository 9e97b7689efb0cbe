import { fstatSync } from "node:fs";
import type { Globals } from "./globals.ts";

/** Wraps text in escape sequences, or leaves it as it is. */
export interface Style {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

export function stdoutStyle(color: Globals["color"]): Style {
  return styleFor(1, color);
}

export function stderrStyle(color: Globals["color"]): Style {
  return styleFor(2, color);
}

/** Whether a person looks at this descriptor. `node:tty` costs milliseconds, so only a device is asked further. */
export function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  const { isatty } = require("node:tty") as typeof import("node:tty");
  return isatty(fd);
}

/** Whether a terminal understands escape sequences that move the cursor. */
export function isCapable(): boolean {
  return process.env["TERM"] !== "dumb";
}

function styleFor(fd: 1 | 2, color: Globals["color"]): Style {
  const colored =
    color === "always" || (color === "auto" && !process.env["NO_COLOR"] && isCapable() && isTerminal(fd));
  const wrap = (open: number, close: number) => (text: string) =>
    colored ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    cyan: wrap(36, 39),
    dim: wrap(2, 22),
    bold: wrap(1, 22),
  };
}
