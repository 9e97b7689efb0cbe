import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { storeFailure } from "./store.ts";

/**
 * How far a store once was, in a small file beside it. SQLite takes a log that was cut short, or that has a wrong byte in the
 * middle, for one that ends there, and a store without its log for a whole one: what is missing would be missing in silence.
 *
 * It is written after each commit is on disk, and not synced itself: so it may say too little after a power failure, and
 * never too much.
 */
export class Mark {
  readonly #descriptor: number | undefined;

  private constructor(descriptor: number | undefined) {
    this.#descriptor = descriptor;
  }

  static open(path: string): Mark {
    try {
      return new Mark(openSync(markPath(path), forUpdate, 0o600));
    } catch {
      // A store can do without; what matters says so itself.
      return new Mark(undefined);
    }
  }

  /** 0: nothing is known. */
  static read(path: string): number {
    try {
      const [, progress = "", check] =
        /^(\d{15}) ([0-9a-f]{8})\n$/.exec(readFileSync(markPath(path), "latin1")) ?? [];
      return check === checksum(progress) ? Number(progress) : 0;
    } catch {
      return 0;
    }
  }

  write(progress: number): void {
    if (this.#descriptor === undefined) return;
    const digits = String(progress).padStart(15, "0");
    try {
      writeSync(this.#descriptor, `${digits} ${checksum(digits)}\n`, 0);
    } catch {
      // The commit is on disk all the same.
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }
}

/** Beside the store's file. */
export const markPath = (path: string) => `${path}-mark`;

/** Made if absent, left as it is otherwise; what is written replaces what is there. */
const forUpdate = constants.O_RDWR | constants.O_CREAT;

const checksum = (text: string) => (Bun.hash.crc32(text) >>> 0).toString(16).padStart(8, "0");

/**
 * Throws `data_loss` when the file is gone and something of it is left: SQLite would begin anew and throw away the log.
 */
export function refuseRemains(path: string): void {
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size(path) > 0) return;
  if (size(`${path}-wal`) > 0 || Mark.read(path) > 0) throw storeFailure("gone", path);
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

/** Copies the log, unless one was set aside before: the first is the whole one. */
export function keepLog(path: string): void {
  try {
    copyFileSync(`${path}-wal`, `${path}-wal.damaged`, constants.COPYFILE_EXCL);
  } catch {
    // There is none, or it has been kept already.
  }
}
