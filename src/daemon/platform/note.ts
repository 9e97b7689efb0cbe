import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../../config/home.ts";

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
export function writeNote(home: Home, note: ServerNote): void {
  const temporary = join(home.run, `.note-${note.instance}`);
  try {
    writeFileSync(temporary, `${JSON.stringify(note)}\n`, { mode: 0o600 });
    renameSync(temporary, home.daemonJson);
  } catch {
    rmSync(temporary, { force: true });
  }
}

/** Undefined when it is missing, or nothing that a server writes. */
export function readNote(home: Home): ServerNote | undefined {
  try {
    if (Bun.file(home.daemonJson).size > maxBytes) return undefined;
    const note = JSON.parse(readFileSync(home.daemonJson, "utf8")) as Partial<ServerNote>;
    const phases: readonly unknown[] = ["starting", "serving", "stopping"];
    const whole = Number.isSafeInteger(note.pid) && Number(note.pid) > 1 && phases.includes(note.phase);
    return whole && typeof note.version === "string" ? (note as ServerNote) : undefined;
  } catch {
    return undefined;
  }
}
