import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import type { EmbeddedAddon } from "./embedded.ts";

/** Read by what the build puts in the place of `@temporalio/core-bridge`, also in the SDK's threads. */
const variable = "PAWL_TEMPORAL_ADDON";
const name = "temporal.node";

/**
 * Unpacks the SDK's native part from the executable, once per version, to a place where it can be loaded, and clears away
 * what versions before and servers that were killed have left. The file is written beside and renamed, so that its name
 * never stands for half of it; its checksum is looked at before every use. Throws `failed_precondition`.
 */
export function unpackAddon({ file: embedded, hash }: EmbeddedAddon, cache: string): void {
  const folder = join(cache, hash.slice(0, 16));
  const file = join(folder, name);
  try {
    if (!existsSync(file) || hashOf(readFileSync(file)) !== hash) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // Before, so that what was left behind does not take the room that this needs.
      clear(cache, folder);
      write(file, Bun.zstdDecompressSync(readFileSync(embedded)));
      syncFolder(folder);
    }
    clear(cache, folder);
    process.env[variable] = file;
  } catch (error) {
    const message = `Cannot unpack Temporal's library into "${cache}": ${(error as Error).message}`;
    throw new Failure("failed_precondition", message, {
      reason: "temporal-addon",
      hint: "Make the folder writable, with 30 MB to spare",
      cause: error,
    });
  }
}

function write(file: string, content: Uint8Array): void {
  const partial = `${file}.${process.pid}`;
  try {
    writeFileSync(partial, content, { mode: 0o500, flush: true });
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** Says of an error of loading the SDK what the reader can do about it; any other error comes back as it is. */
export function explainLoading(error: unknown, cache: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== "ERR_DLOPEN_FAILED") return error;
  return new Failure("failed_precondition", `Cannot load Temporal's library from "${cache}": ${message}`, {
    reason: "temporal-addon",
    hint: "Have the home on a file system that allows execution, which one mounted with noexec does not",
    cause: error,
  });
}

/** The home's server is the only one who unpacks there, so that whatever is not in use was left behind. */
function clear(cache: string, current: string): void {
  for (const entry of readdirSync(current)) if (entry !== name) rmSync(join(current, entry), { force: true });
  for (const entry of readdirSync(cache)) {
    const folder = join(cache, entry);
    if (folder !== current && existsSync(join(folder, name)))
      rmSync(folder, { recursive: true, force: true });
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

const hashOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
