import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Dice } from "../simulation/dice.ts";

/** The files of a store. */
export interface Disk {
  readonly file: Buffer;
  readonly log: Buffer;
  readonly mark: Buffer;
}

export function readDisk(path: string): Disk {
  const read = (file: string) => (existsSync(file) ? readFileSync(file) : Buffer.alloc(0));
  return { file: read(path), log: read(`${path}-wal`), mark: read(`${path}-mark`) };
}

/** Puts files where a server would find them. */
export function layDisk(path: string, { file, log, mark }: Partial<Disk>): void {
  for (const end of ["", "-wal", "-shm", "-mark", "-wal.damaged"]) rmSync(path + end, { force: true });
  if (file) writeFileSync(path, file);
  if (log) writeFileSync(`${path}-wal`, log);
  if (mark) writeFileSync(`${path}-mark`, mark);
}

/**
 * What a loss of power within a commit may leave of the files before and after it: the log is synced before anything is
 * written back to the file, so where there are parts of the file, the log is whole.
 */
export function tear(before: Disk, after: Disk, dice: Dice): Disk {
  const block = dice.pick([512, 4_096]);
  const back = !before.file.equals(after.file);
  if (back && dice.chance(50)) {
    const file = mixture(before.file, after.file, block, dice);
    return { file, log: after.log, mark: before.mark };
  }
  const log = mixedLog(before.log, after.log, block, dice);
  return { file: before.file, log, mark: before.mark };
}

/** Some blocks of the one, the others of the other; a file that grew may be as long as either. */
export function mixture(before: Buffer, after: Buffer, block: number, dice: Dice): Buffer {
  const longest = Math.max(before.length, after.length);
  const mixed = Buffer.alloc(longest);
  const kept = dice.roll(101);
  for (let at = 0; at < longest; at += block) {
    const source = dice.chance(kept) ? before : after;
    if (at < source.length) source.copy(mixed, at, at, Math.min(at + block, source.length));
  }
  return dice.chance(50) ? mixed : mixed.subarray(0, dice.pick([before.length, after.length, mixed.length]));
}

/** A log that begins anew has its header synced before anything else of it is written. */
export function mixedLog(before: Buffer, after: Buffer, block: number, dice: Dice): Buffer {
  const header = after.subarray(0, 32);
  if (before.subarray(0, 32).equals(header)) return mixture(before, after, block, dice);
  const begun = Buffer.from(before);
  header.copy(begun);
  return mixture(begun, after, block, dice);
}
