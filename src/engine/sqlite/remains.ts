import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Mark } from "./mark.ts";
import { storeFailure } from "./store.ts";

/**
 * Throws `data_loss` when the file is gone and something of it is left: SQLite would begin anew and throw away the log.
 */
export function refuseRemains(path: string): void {
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size(path) > 0) return;
  if (size(`${path}-wal`) > 0 || Mark.read(path).progress > 0) throw storeFailure("gone", path);
}

/** Throws `data_loss` when the file or its folder cannot be written: SQLite tells it late, and as an error of the disk. */
export function refuseUnwritable(path: string): void {
  for (const part of [dirname(path), path]) {
    try {
      if (existsSync(part)) accessSync(part, constants.W_OK);
    } catch (error) {
      throw storeFailure("read-only", path, error);
    }
  }
}
