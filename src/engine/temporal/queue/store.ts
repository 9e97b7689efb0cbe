import { Database } from "bun:sqlite";
import { Failure } from "../../../failure.ts";
import type { Entry, QueuedRequest, Subject } from "./entry.ts";

const schemaVersion = 1;
const schema = `
  CREATE TABLE queued (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    subject TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    attempted INTEGER NOT NULL DEFAULT 0,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'pending',
    error TEXT,
    ended_at INTEGER,
    request TEXT NOT NULL
  ) STRICT;
  CREATE INDEX queued_by_status ON queued (status, position, bytes);
  CREATE INDEX queued_by_expiry ON queued (expires_at) WHERE status = 'pending' AND attempted = 0;
`;

interface Row {
  readonly id: string;
  readonly digest: string;
  readonly request: string;
  readonly subject: string;
  readonly queued_at: number;
  readonly expires_at: number;
  readonly attempted: number;
  readonly withdrawn: number;
  readonly status: Entry["status"];
  readonly error: string | null;
  readonly ended_at: number | null;
}

export interface Totals {
  readonly executions: number;
  readonly bytes: number;
}

/** The entries in a file, in the order in which they came; what a method was asked to keep survives power loss. */
export class QueueStore {
  readonly #path: string;
  readonly #database: Database;
  #pending: Totals = { executions: 0, bytes: 0 };

  /** Creates the file when it is missing. Throws `Failure`. */
  constructor(path: string) {
    this.#path = path;
    this.#database = this.#guarded(() => new Database(path, { create: true, strict: true }));
    try {
      this.#guarded(() => this.#prepare());
      this.#pending = this.#totals("status = 'pending'");
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  /** All of it, or nothing; a caller that gets an answer knows that it is durable. */
  transaction(work: () => void): void {
    this.#guarded(() => this.#database.transaction(work)());
  }

  /** What waits for its start. */
  get pending(): Totals {
    return this.#pending;
  }

  /** What did not come to its start. */
  get ended(): Totals {
    return this.#totals("status <> 'pending'");
  }

  add(entry: Omit<Entry, "withdrawn" | "status">): void {
    const request = JSON.stringify(entry.request);
    const bytes = sizeOf(entry.request);
    this.#rows(
      `INSERT INTO queued (id, digest, subject, bytes, queued_at, expires_at, attempted, request)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.id,
      entry.digest,
      JSON.stringify(entry.subject),
      bytes,
      entry.queuedAt,
      entry.expiresAt,
      entry.attempted ? 1 : 0,
      request,
    );
    this.#count(1, bytes);
  }

  find(id: string): Entry | undefined {
    return this.#entries("SELECT * FROM queued WHERE id = ?", id)[0];
  }

  /** The one that came first of those that wait. */
  first(): Entry | undefined {
    return this.#entries("SELECT * FROM queued WHERE status = 'pending' ORDER BY position LIMIT 1")[0];
  }

  /** Newest first. */
  *list(): Generator<Entry> {
    const ids = this.#rows<{ id: string }>("SELECT id FROM queued ORDER BY position DESC");
    for (const { id } of ids) {
      const entry = this.find(id);
      if (entry) yield entry;
    }
  }

  attempt(id: string): void {
    this.#rows("UPDATE queued SET attempted = 1 WHERE id = ?", id);
  }

  withdraw(id: string): void {
    this.#rows("UPDATE queued SET withdrawn = 1 WHERE id = ?", id);
  }

  end(id: string, status: "faulted" | "cancelled", endedAt: number, error?: Entry["error"]): void {
    const [row] = this.#rows<{ bytes: number }>(
      `UPDATE queued SET status = ?, error = ?, ended_at = ? WHERE id = ? AND status = 'pending'
       RETURNING bytes`,
      status,
      error === undefined ? null : JSON.stringify(error),
      endedAt,
      id,
    );
    if (row) this.#count(-1, -row.bytes);
  }

  remove(id: string): void {
    const sql = "DELETE FROM queued WHERE id = ? RETURNING bytes, status";
    const [row] = this.#rows<{ bytes: number; status: string }>(sql, id);
    if (row?.status === "pending") this.#count(-1, -row.bytes);
  }

  /** When the next of those expires that Temporal was never asked to start. */
  get nextExpiry(): number | undefined {
    const [row] = this.#rows<{ at: number | null }>(
      "SELECT MIN(expires_at) AS at FROM queued WHERE status = 'pending' AND attempted = 0",
    );
    return row?.at ?? undefined;
  }

  expired(now: number): Entry[] {
    return this.#entries(
      "SELECT * FROM queued WHERE status = 'pending' AND attempted = 0 AND expires_at <= ? ORDER BY position",
      now,
    );
  }

  /** Forgets those that ended before an instant, and the oldest past the bounds. Answers how many. */
  forget(before: number, most: Totals): number {
    const ended = this.#rows<{ id: string; bytes: number; ended_at: number }>(
      "SELECT id, bytes, ended_at FROM queued WHERE status <> 'pending' ORDER BY ended_at DESC, position DESC",
    );
    let bytes = 0;
    const gone = ended.filter((row, at) => {
      bytes += row.bytes;
      return row.ended_at < before || at >= most.executions || bytes > most.bytes;
    });
    for (const { id } of gone) this.remove(id);
    return gone.length;
  }

  #prepare(): void {
    const database = this.#database;
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    database.run("PRAGMA busy_timeout = 0");
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = FULL");
    database.run("PRAGMA cell_size_check = ON");
    const { user_version: found = 0 } = database.query("PRAGMA user_version").get() as {
      user_version?: number;
    };
    if (found > schemaVersion) throw newer(this.#path);
    if (found < schemaVersion) {
      database.transaction(() => {
        database.run(schema);
        database.run(`PRAGMA user_version = ${schemaVersion}`);
      })();
    }
  }

  #count(executions: number, bytes: number): void {
    const { executions: before, bytes: bytesBefore } = this.#pending;
    this.#pending = { executions: before + executions, bytes: bytesBefore + bytes };
  }

  #totals(which: string): Totals {
    const [totals] = this.#rows<Totals>(
      `SELECT COUNT(*) AS executions, COALESCE(SUM(bytes), 0) AS bytes FROM queued WHERE ${which}`,
    );
    return totals ?? { executions: 0, bytes: 0 };
  }

  #rows<R>(sql: string, ...values: (string | number | null)[]): R[] {
    return this.#guarded(() => this.#database.query(sql).all(...values)) as R[];
  }

  #entries(sql: string, ...values: (string | number)[]): Entry[] {
    return this.#rows<Row>(sql, ...values).map(toEntry);
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw failureOf(error, this.#path);
    }
  }
}

/** What an entry counts towards the bounds. */
export function sizeOf(request: QueuedRequest): number {
  return Buffer.byteLength(JSON.stringify(request));
}

function toEntry(row: Row): Entry {
  return {
    id: row.id,
    digest: row.digest,
    request: JSON.parse(row.request) as QueuedRequest,
    subject: JSON.parse(row.subject) as Subject,
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    attempted: row.attempted === 1,
    withdrawn: row.withdrawn === 1,
    status: row.status,
    ...(row.error !== null && { error: JSON.parse(row.error) }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
  };
}

function newer(path: string): Failure {
  return new Failure("failed_precondition", `The queue "${path}" was written by a newer version of pawl`, {
    reason: "queue-newer",
    hint: "Use that version, or a newer one",
  });
}

/** What SQLite says, with what can be done about it. */
function failureOf(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return error;
  if (code.startsWith("SQLITE_FULL")) {
    return new Failure("resource_exhausted", `The disk of "${path}" is full, so nothing can be queued`, {
      reason: "queue-disk-full",
      hint: "Make room on the disk",
      cause: error,
    });
  }
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code)) {
    return new Failure("data_loss", `The queue "${path}" is damaged`, {
      reason: "queue-damaged",
      hint: "Move the file away: what waited in it has to be started again",
      cause: error,
    });
  }
  return new Failure(
    "failed_precondition",
    `The queue "${path}" cannot be used: ${(error as Error).message}`,
    {
      reason: "queue-unusable",
      hint: "See that the file can be read and written by this user, and is used by no other server",
      cause: error,
    },
  );
}
