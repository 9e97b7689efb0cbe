import { closeSync, constants, copyFileSync, openSync, readFileSync, readSync, writeSync } from "node:fs";

/** How far a store was once. */
export interface Noted {
  /** As the engine counts; 0: nothing is known. */
  readonly progress: number;
  /** Length of the log, in pages, and what tells it from the logs before and after it. */
  readonly frames: number;
  readonly generation: string;
}

/**
 * How far a store is, in a small file beside it. SQLite takes a log that was cut short, or that has a wrong byte in the
 * middle, for one that ends there, and a store without its log for a whole one: what is missing would be missing in silence.
 *
 * It is written after each commit is on disk, and not synced itself: so it may say too little after a power failure, and
 * never too much.
 */
export class Mark {
  readonly #path: string;
  readonly #descriptor: number | undefined;
  #log: number | undefined;

  private constructor(path: string, descriptor: number | undefined) {
    this.#path = path;
    this.#descriptor = descriptor;
  }

  static open(path: string): Mark {
    try {
      return new Mark(path, openSync(markPath(path), forUpdate, 0o600));
    } catch {
      // A store can do without; what matters says so itself.
      return new Mark(path, undefined);
    }
  }

  static read(path: string): Noted {
    try {
      const text = readFileSync(markPath(path), "latin1");
      const [, content = "", check] = /^(\d{15} \d{10} [0-9a-f]{16}) ([0-9a-f]{8})\n$/.exec(text) ?? [];
      const [progress, frames, generation = noGeneration] = content.split(" ");
      if (check === checksum(content))
        return { progress: Number(progress), frames: Number(frames), generation };
    } catch {
      // There is none yet.
    }
    return { progress: 0, frames: 0, generation: noGeneration };
  }

  /** Throws nothing: the commit is on disk all the same. `frames`: undefined where SQLite does not tell. */
  write(progress: number, frames: () => number | undefined): void {
    if (this.#descriptor === undefined) return;
    try {
      this.#log ??= openLog(this.#path);
      const numbers = [String(progress).padStart(15, "0"), String(frames() ?? 0).padStart(10, "0")];
      const content = [...numbers, saltsOf(this.#log)].join(" ");
      writeSync(this.#descriptor, `${content} ${checksum(content)}\n`, 0);
    } catch {
      // What stands there is true as well, of an earlier commit.
    }
  }

  close(): void {
    for (const descriptor of [this.#descriptor, this.#log]) {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }
}

const noGeneration = "0".repeat(16);

/** What tells the log from the one before and the one after it. */
export function logGeneration(path: string): string {
  const descriptor = openLog(path);
  const generation = saltsOf(descriptor);
  if (descriptor !== undefined) closeSync(descriptor);
  return generation;
}

function openLog(path: string): number | undefined {
  try {
    return openSync(`${path}-wal`, "r");
  } catch {
    return undefined;
  }
}

/** The salts in the header are others each time the log begins anew. */
function saltsOf(log: number | undefined): string {
  const salts = Buffer.alloc(8);
  return log !== undefined && readSync(log, salts, 0, 8, 16) === 8 ? salts.toString("hex") : noGeneration;
}

/** Copies the log, unless one was set aside before: the first is the whole one. */
export function keepLog(path: string): void {
  try {
    copyFileSync(`${path}-wal`, `${path}-wal.damaged`, constants.COPYFILE_EXCL);
  } catch {
    // There is none, or it has been kept already.
  }
}

/** Beside the store's file. */
export const markPath = (path: string) => `${path}-mark`;

/** Made if absent, left as it is otherwise; what is written replaces what is there. */
const forUpdate = constants.O_RDWR | constants.O_CREAT;

const checksum = (text: string) => (Bun.hash.crc32(text) >>> 0).toString(16).padStart(8, "0");
