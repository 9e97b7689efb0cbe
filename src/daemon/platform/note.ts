import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type Phase = "starting" | "serving" | "stopping";

/** What a server writes about itself, for people. Never a reason to signal anybody. */
export interface ServerNote {
  readonly pid: number;
  readonly version: string;
  readonly instance: string;
  readonly startedAt: string;
  readonly phase: Phase;
}

const maxBytes = 4096;

/** A disk that is full costs the note, not the server. */
export function writeNote(path: string, note: ServerNote): void {
  const temporary = join(dirname(path), `.note-${note.instance}`);
  try {
    writeFileSync(temporary, `${JSON.stringify(note)}\n`, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

/** Undefined when it is missing, or nothing that a server writes. */
export function readNote(path: string): ServerNote | undefined {
  try {
    if (Bun.file(path).size > maxBytes) return undefined;
    const note = JSON.parse(readFileSync(path, "utf8")) as Partial<ServerNote>;
    const phases: readonly unknown[] = ["starting", "serving", "stopping"];
    const whole = Number.isSafeInteger(note.pid) && Number(note.pid) > 1 && phases.includes(note.phase);
    return whole && typeof note.version === "string" ? (note as ServerNote) : undefined;
  } catch {
    return undefined;
  }
}
