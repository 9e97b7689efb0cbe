import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "./service.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";
export const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** The server's own log. */
export interface LogFile {
  readonly write: Log;
  setLevel(level: LogLevel): void;
  /** From now on this value is never written, wherever it stands. */
  redact(secret: string): void;
}

export const logName = "server.log";
const files = 3;
const maxLineChars = 16 * 1024;

/**
 * JSON lines in `DIR/server.log`, at most three files of `maxBytes`: `server.log`, `.1`, `.2`. A disk that is full costs lines,
 * never the server.
 */
export function openLog(directory: string, maxBytes = 10 * 1024 * 1024): LogFile {
  const path = join(directory, logName);
  const secrets = new Set<string>();
  let threshold = logLevels.indexOf("info");
  let fd = -1;
  let bytes = 0;

  function open(): void {
    fd = openSync(path, "a", 0o600);
    bytes = fstatSync(fd).size;
  }

  function rotate(): void {
    closeSync(fd);
    fd = -1;
    for (let i = files - 2; i >= 0; i--) attempt(() => renameSync(suffix(path, i), suffix(path, i + 1)));
    open();
  }

  function write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void {
    if (logLevels.indexOf(level) < threshold) return;
    let line = JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
    for (const secret of secrets) line = line.replaceAll(secret, "***");
    if (line.length > maxLineChars) {
      line = JSON.stringify({
        time: new Date().toISOString(),
        level,
        message: line.slice(0, maxLineChars),
        cut: true,
      });
    }
    attempt(() => {
      if (fd < 0) open();
      if (bytes + line.length + 1 > maxBytes) rotate();
      bytes += writeSync(fd, `${line}\n`);
    });
  }

  return {
    write,
    setLevel: (level) => {
      threshold = logLevels.indexOf(level);
    },
    redact: (secret) => {
      if (secret === "") return;
      secrets.add(secret);
      secrets.add(JSON.stringify(secret).slice(1, -1));
    },
  };
}

function suffix(path: string, i: number): string {
  return i === 0 ? path : `${path}.${i}`;
}

function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // Nothing better can be done about a log that cannot be written.
  }
}
