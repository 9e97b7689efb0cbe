import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Failure } from "../failure.ts";

/** Reads a file or stdin (`-`) whole, up to a bound. Rejects `invalid_argument`: what is wrong, where, and what to do. */
export async function readBytes(path: string, maxBytes: number, what: string): Promise<Uint8Array> {
  return path === "-" ? readStdin(maxBytes, what) : readFile(path, maxBytes, what);
}

function readFile(path: string, maxBytes: number, what: string): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const status = fstatSync(fd);
    if (status.isDirectory()) throw unreadable(`"${path}" is a directory`, "Name a file", "is-a-directory");
    if (status.isFile() && status.size > maxBytes) throw tooLarge(`"${path}"`, maxBytes, what);
    // What is no file (a pipe, a device) does not say how long it is.
    return readBounded(fd, status.isFile() ? status.size : 0, maxBytes, () =>
      tooLarge(`"${path}"`, maxBytes, what),
    );
  } catch (error) {
    throw error instanceof Failure ? error : explain(path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

const leastChunkBytes = 64 * 1024;

function readBounded(fd: number, expectedBytes: number, maxBytes: number, excess: () => Failure): Uint8Array {
  const parts: Uint8Array[] = [];
  const chunk = Buffer.allocUnsafe(Math.max(leastChunkBytes, expectedBytes + 1));
  let length = 0;
  for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) {
    length += read;
    if (length > maxBytes) throw excess();
    parts.push(Buffer.from(chunk.subarray(0, read)));
  }
  return Buffer.concat(parts);
}

async function readStdin(maxBytes: number, what: string): Promise<Uint8Array> {
  try {
    return await collect(Bun.stdin.stream(), maxBytes, "Standard input", what);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreadable("Cannot read standard input", "Pipe the text in, or name a file", "stdin", error);
  }
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  where: string,
  what: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(where, maxBytes, what);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function tooLarge(where: string, maxBytes: number, what: string): Failure {
  const limit = maxBytes >= 2 ** 20 ? `${maxBytes / 2 ** 20} MiB` : `${maxBytes} bytes`;
  return new Failure("invalid_argument", `${where} is larger than ${limit}, the most that ${what} may have`, {
    reason: "too-large",
  });
}

function explain(path: string, error: unknown): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (/^https?:\/\//i.test(path)) {
    const hint = `Pipe it in: curl -fsSL '${path}' | pawl … -`;
    return unreadable(`"${path}" is no file, and nothing is downloaded`, hint, "no-such-file", error);
  }
  if (code === "ENOENT" || code === "ENOTDIR") {
    return unreadable(`No such file: "${path}"`, "Check the path", "no-such-file", error);
  }
  if (code === "EACCES" || code === "EPERM") {
    const hint = `Make it readable: chmod u+r '${path}'`;
    return unreadable(`Not allowed to read "${path}"`, hint, "not-readable", error);
  }
  return unreadable(`Cannot read "${path}": ${code ?? message}`, "Check the path", "not-readable", error);
}

function unreadable(message: string, hint: string, reason: string, cause?: unknown): Failure {
  return new Failure("invalid_argument", message, { reason, hint, cause });
}
