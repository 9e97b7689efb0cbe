import { Failure, type FailureCode } from "../../failure.ts";

/**
 * Where the engine keeps everything: SQLite behind as few methods as will do, so that a simulation can stand
 * in between and fail, tear or forget at every one of them.
 */
export interface Store {
  /** For messages: the path of the file, or `memory`. */
  readonly path: string;
  /**
   * One connection at a time (G3): a second is refused with `failed_precondition`. Rejects with
   * `StoreFailure`s.
   */
  open(): Connection;
}

/**
 * A parameter is written `+?` where a statement joins or compares ranges: SQLite would otherwise compile it
 * anew each time another value is bound, to look for a better plan, at ten times the cost of running it.
 *
 * All methods throw `Failure`s made by `storeFailure`, and no others of their own.
 */
export interface Connection {
  /** Runs statements that answer nothing. */
  execute(sql: string): void;
  prepare<R extends object = Row>(sql: string): Statement<R>;
  /** All or nothing; durable on return. What `work` throws is thrown, and nothing of it stays. */
  transaction(work: () => void): void;
  /**
   * Copies what is committed now into a new file, while commits go on; answers its size in bytes. Not before it has
   * ended may the connection be closed. Absent: there is no file. Rejects as `copyStore` does.
   */
  readonly backup?: (path: string, signal: AbortSignal) => Promise<number>;
  /**
   * Notes down how far the store is, outside of what is committed, and what was noted down last: 0 when nothing is known.
   * Absent: what is committed cannot be lost.
   */
  readonly mark?: {
    write(progress: number): void;
    readonly last: number;
    /** Sets a log aside that is found to be damaged: closing the connection would remove it. */
    keepLog(): void;
  };
  close(): void;
}

export interface Statement<R extends object = Row> {
  run(...values: Value[]): void;
  get(...values: Value[]): R | undefined;
  all(...values: Value[]): R[];
}

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** What a store can suffer; the reason of its failure says which. */
export type StoreTrouble =
  | "busy"
  | "full"
  | "corrupt"
  | "read-only"
  | "missing"
  | "newer"
  | "broken"
  | "behind"
  | "gone";

const codes: Record<StoreTrouble, FailureCode> = {
  busy: "failed_precondition",
  full: "resource_exhausted",
  corrupt: "data_loss",
  "read-only": "data_loss",
  missing: "data_loss",
  newer: "failed_precondition",
  broken: "data_loss",
  behind: "data_loss",
  gone: "data_loss",
};

const says: Record<StoreTrouble, (path: string) => [message: string, hint: string]> = {
  busy: (path) => [`The store "${path}" is in use by another server`, "Stop the other server first"],
  full: (path) => [
    `The disk of the store "${path}" is full`,
    "Free some space; the server goes on by itself",
  ],
  corrupt: (path) => [
    `The store "${path}" is damaged`,
    `Restore it from a backup, or move it and "${path}-wal" away to begin anew`,
  ],
  "read-only": (path) => [`The store "${path}" cannot be written`, "Make the file and its folder writable"],
  missing: (path) => [`The store "${path}" cannot be opened`, "Create its folder and make it writable"],
  newer: (path) => [`The store "${path}" was written by a newer version`, "Run that version, or a newer one"],
  broken: (path) => [`The store "${path}" cannot be read or written`, "Look at the disk it is on"],
  behind: (path) => [
    `The store "${path}" lacks what was written to it last: its log "${path}-wal" is damaged, cut short or missing`,
    `Restore a backup; or delete "${path}-mark" to go on without what is missing (of it, "${path}-wal.damaged" may be left)`,
  ],
  gone: (path) => [
    `The store "${path}" is missing, and "${path}-wal" or "${path}-mark" is still there`,
    "Put the file back, or restore a backup; to begin anew, delete the others, too",
  ],
};

/** The failure for a trouble of the store, with the path and what to do about it. */
export function storeFailure(trouble: StoreTrouble, path: string, cause?: unknown): Failure {
  const [message, hint] = says[trouble](path);
  const detail = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return new Failure(codes[trouble], detail, { reason: `store-${trouble}`, hint, cause });
}

/** Whether the store itself failed, as opposed to a request that it refused. */
export function isStoreFailure(error: unknown): error is Failure {
  return error instanceof Failure && error.reason?.startsWith("store-") === true;
}
