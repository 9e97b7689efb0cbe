import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Failure } from "../../failure.ts";
import { applicationId, schemaVersion } from "./schema.ts";
import { storeFailure } from "./store.ts";

/** Of the header of every SQLite file ("The Database Header"): its beginning, and where its numbers stand. */
const magic = "SQLite format 3\0";
const headerBytes = 100;
const userVersionAt = 60;
const applicationIdAt = 68;

/**
 * What keeps a server from opening a store, as far as its header shows, without opening it: nothing is changed, and a server
 * may be using it. Undefined: nothing is wrong, or there is no store yet.
 */
export function troubleOfStore(path: string): Failure | undefined {
  const header = readHeader(path);
  if (header === undefined) return undefined;
  if (header.toString("latin1", 0, magic.length) !== magic) {
    return storeFailure("corrupt", path, new Error("file is not a database"));
  }
  // What was committed last may still be in the log alone.
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return undefined;
  if (header.readUInt32BE(applicationIdAt) !== applicationId) {
    return storeFailure("corrupt", path, new Error("it is another program's database"));
  }
  return header.readUInt32BE(userVersionAt) > schemaVersion ? storeFailure("newer", path) : undefined;
}

/** Undefined for a file that is missing or empty; what cannot be read is told by the server's own start. */
function readHeader(path: string): Buffer | undefined {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  const header = Buffer.alloc(headerBytes);
  const fd = openSync(path, "r");
  try {
    readSync(fd, header, 0, headerBytes, 0);
    return header;
  } finally {
    closeSync(fd);
  }
}
