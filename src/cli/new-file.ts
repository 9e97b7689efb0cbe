import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../failure.ts";

/** File systems without hard links. */
const linkless = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  ENOENT: "there is no such folder",
  EACCES: "permission denied",
  EROFS: "the file system is read-only",
};

/** Throws `already_exists` when a file is there that may not be replaced, `failed_precondition` when it never may be. */
export function checkNewFile(path: string, replace: boolean): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isFile()) throw notWritable(path, "it is not a regular file");
  if (!replace) throw exists(path);
}

/**
 * Writes a whole file, on disk once this returns: under its name stands either what was there before or all of this. Throws
 * as `checkNewFile`, and `failed_precondition` when it cannot be written.
 */
export function writeNewFile(path: string, text: string, replace: boolean): void {
  checkNewFile(path, replace);
  const partial = `${path}.${process.pid}.partial`;
  try {
    const descriptor = openSync(partial, "wx", 0o666);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (replace) renameSync(partial, path);
    else publish(partial, path);
    syncFolder(dirname(path));
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw notWritable(path, reasons[code ?? ""] ?? code ?? message, error);
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Gives it its name unless another file has it by now. */
function publish(partial: string, path: string): void {
  try {
    linkSync(partial, path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw exists(path);
    if (!linkless.has(code)) throw error;
    checkNewFile(path, false);
    renameSync(partial, path);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const exists = (path: string) =>
  new Failure("already_exists", `"${path}" exists already`, {
    reason: "file-exists",
    hint: "Choose another name, or replace it with --force",
  });

const notWritable = (path: string, why: string, cause?: unknown) =>
  new Failure("failed_precondition", `Cannot write "${path}": ${why}`, {
    reason: "file-not-writable",
    hint: "Choose a place that can be written",
    cause,
  });
