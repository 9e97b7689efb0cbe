import { open, stat } from "node:fs/promises";
import { Failure } from "../failure.ts";

/** Reads a file or stdin (`-`) whole, up to a bound. Rejects `invalid_argument`: what is wrong, where, and what to do. */
export async function readBytes(path: string, maxBytes: number, what: string): Promise<Uint8Array> {
  return path === "-" ? readStdin(maxBytes, what) : readFile(path, maxBytes, what);
}

async function readFile(path: string, maxBytes: number, what: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) {
      throw unreadable(`"${path}" is a directory`, "Name a file", "is-a-directory");
    }
    if (status.isFile() && status.size > maxBytes) throw tooLarge(`"${path}"`, maxBytes, what);
    const file = await open(path, "r");
    try {
      return await collect(file.createReadStream({ autoClose: false }), maxBytes, `"${path}"`, what);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof Failure ? error : explain(path, error);
  }
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
