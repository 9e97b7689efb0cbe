import { close, fstatSync, fsync, open, read, rename, statSync, unlink, write } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { Failure } from "../../failure.ts";
import { sync } from "./files.ts";

const chunkBytes = 1 << 20;
/** While a copy is made the log is not emptied: a disk so slow that it grows past this is no place for a backup. */
const maxLogBytes = 1 << 30;
/** Bytes 18 and 19 of the header say how the file is written: 2 is with a log, 1 is without. */
const formatOffset = 18;

const [openFile, readFile, writeFile, syncFile, closeFile, renameFile, unlinkFile] = [
  promisify(open),
  promisify(read),
  promisify(write),
  promisify(fsync),
  promisify(close),
  promisify(rename),
  promisify(unlink),
];

export interface CopySource {
  /** A descriptor of the store's file, which holds all that is committed and is not written to meanwhile. */
  readonly descriptor: number;
  /** Path of the log, which grows meanwhile. */
  readonly log: string;
}

/**
 * Copies a store's file; the copy stands under its name once it is complete and on disk, and needs no log. Rejects
 * `already_exists`, `resource_exhausted` for a full disk or a log that grew too long, `failed_precondition` for a path
 * that cannot be written, and what the signal was aborted with. Answers the size in bytes.
 */
export async function copyStore(source: CopySource, path: string, signal: AbortSignal): Promise<number> {
  if (statSync(path, { throwIfNoEntry: false })) {
    throw new Failure("already_exists", `"${path}" exists already`, {
      reason: "backup-exists",
      hint: "Choose another name, or delete it first",
    });
  }
  const partial = `${path}.partial`;
  try {
    const target = await openFile(partial, "wx", 0o600);
    try {
      const size = await copyBytes(source, target, signal);
      await syncFile(target);
      await closeFile(target);
      await renameFile(partial, path);
      sync(dirname(path));
      return size;
    } catch (error) {
      await closeFile(target).catch(() => {});
      await unlinkFile(partial).catch(() => {});
      throw error;
    }
  } catch (error) {
    throw error instanceof Failure ? error : notWritable(path, error as NodeJS.ErrnoException);
  }
}

async function copyBytes(source: CopySource, target: number, signal: AbortSignal): Promise<number> {
  const { size } = fstatSync(source.descriptor);
  const chunk = Buffer.alloc(Math.min(chunkBytes, size));
  for (let at = 0; at < size; ) {
    if (signal.aborted) throw signal.reason;
    const { bytesRead } = await readFile(source.descriptor, chunk, 0, Math.min(chunk.length, size - at), at);
    if (bytesRead === 0) throw new Error("the store's file is shorter than it was");
    if (at === 0) chunk.fill(1, formatOffset, formatOffset + 2);
    for (let done = 0; done < bytesRead; ) {
      done += (await writeFile(target, chunk, done, bytesRead - done, at + done)).bytesWritten;
    }
    at += bytesRead;
    checkLog(source.log);
  }
  return size;
}

function checkLog(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= maxLogBytes) return;
  throw new Failure("resource_exhausted", "The backup takes so long that the log grew past 1 GiB", {
    reason: "backup-too-slow",
    hint: "Write it to a faster disk, or when less is going on",
  });
}

export function notWritable(path: string, error: NodeJS.ErrnoException): Failure {
  const full = error.code === "ENOSPC" || error.code === "EDQUOT";
  const there = error.code === "EEXIST";
  return new Failure(
    full ? "resource_exhausted" : "failed_precondition",
    `Cannot write "${path}": ${error.message}`,
    {
      reason: full ? "disk-full" : there ? "backup-under-way" : "backup-not-writable",
      hint: full
        ? "Free some disk space, or choose another disk"
        : there
          ? `Delete "${path}.partial" unless another backup is being made there`
          : "Choose a path in a writable directory",
      cause: error,
    },
  );
}
