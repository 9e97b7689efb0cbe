import { closeSync, openSync, readSync } from "node:fs";
import { Failure } from "../failure.ts";

const maxFileBytes = 1024 * 1024;

/** The text of a file of settings; undefined when there is none. Throws `invalid_argument` when it cannot be read. */
export function readBounded(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw invalid(`Cannot read "${path}": ${(error as Error).message}`, `Make "${path}" a readable file`);
  }
  try {
    const buffer = Buffer.alloc(maxFileBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(fd, buffer, length, buffer.length - length, null);
    }
    if (length > maxFileBytes) throw invalid(`"${path}" is larger than 1 MiB`, `Shorten "${path}"`);
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw invalid(
      `Cannot read "${path}": ${(error as Error).message}`,
      `Make "${path}" a readable UTF-8 file`,
    );
  } finally {
    closeSync(fd);
  }
}

function invalid(message: string, hint: string): Failure {
  return new Failure("invalid_argument", message, { reason: "config-invalid", hint });
}
