import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../../failure.ts";
import type { EmbeddedAddon } from "./embedded.ts";

/** Read by what the build puts in the place of `@temporalio/core-bridge`, also in the SDK's threads. */
const variable = "PAWL_TEMPORAL_ADDON";

/**
 * Unpacks the SDK's native part from the executable, once per version, to a place where it can be loaded. The file is
 * written beside and renamed, so that a server which was killed in the middle leaves no half of it under the final name;
 * its checksum is looked at before every use. Throws `failed_precondition`.
 */
export function unpackAddon({ file: embedded, hash }: EmbeddedAddon, cache: string): void {
  const file = join(cache, hash.slice(0, 16), "temporal.node");
  try {
    if (!existsSync(file) || hashOf(readFileSync(file)) !== hash) {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const partial = `${file}.${process.pid}`;
      writeFileSync(partial, Bun.zstdDecompressSync(readFileSync(embedded)), { mode: 0o500, flush: true });
      renameSync(partial, file);
    }
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

const hashOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
