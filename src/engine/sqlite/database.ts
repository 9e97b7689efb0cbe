import { Database, type SQLQueryBindings, type Statement as SqliteStatement } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";
import { compareVersions } from "../request/version.ts";
import { copyStore } from "./backup.ts";
import { keepLog, logGeneration, Mark } from "./mark.ts";
import { refuseRemains, refuseUnwritable } from "./remains.ts";
import { type Connection, type Statement, type Store, type StoreTrouble, storeFailure } from "./store.ts";

/** Length of the log, in pages, at which it is written back. */
const checkpointPages = 2_000;

/** A store in one file: write-ahead log, every commit synced to disk, one process at a time. */
export function fileStore(path: string, stopwatch?: Stopwatch): Store {
  const create = () => new Database(path, { create: true, strict: true });
  const open = () => {
    refuseRemains(path);
    refuseUnwritable(path);
    return connect(path, create, stopwatch);
  };
  return { path, open: () => guarded(path, open) };
}

/** Is told how long each commit took to write the log and sync it. */
export interface Stopwatch {
  /** Monotonic, in ms. */
  now(): number;
  synced(ms: number): void;
}

/** A store that lasts as long as this object: closing and opening it again finds what was committed. */
export function memoryStore(): Store {
  const path = "memory";
  let database: Database | undefined;
  let open = false;
  return {
    path,
    open() {
      if (open) throw storeFailure("busy", path);
      database ??= new Database(":memory:", { strict: true });
      const connection = connectTo(path, database, () => {
        open = false;
      });
      open = true;
      return connection;
    },
  };
}

/** A connection to a database that is open; `release` is called when it closes. */
export function connectTo(path: string, database: Database, release: () => void): Connection {
  return new SqliteConnection(path, database, release);
}

function connect(path: string, create: () => Database, stopwatch: Stopwatch | undefined): Connection {
  const generation = logGeneration(path);
  const database = create();
  try {
    // Exclusive before WAL: the index of the log then lives on the heap, and nobody else can open the file.
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    database.run("PRAGMA busy_timeout = 0");
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = FULL");
    database.run("PRAGMA cell_size_check = ON");
    database.run("PRAGMA cache_size = -8192");
    database.run(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    database.run("PRAGMA journal_size_limit = 67108864");
    database.run("BEGIN EXCLUSIVE");
    database.run("COMMIT");
  } catch (error) {
    database.close();
    throw error;
  }
  return fileConnection(path, database, generation, stopwatch);
}

/** `generation`: of the log as it was found. */
function fileConnection(
  path: string,
  database: Database,
  generation: string,
  stopwatch?: Stopwatch,
): Connection {
  // Open for as long as the database is: closing any descriptor of a file gives up all locks that a process has on it.
  const descriptor = openSync(path, "r");
  const noted = Mark.read(path);
  const file = Mark.open(path);
  const release = () => {
    database.close();
    closeSync(descriptor);
    file.close();
  };
  const connection = new SqliteConnection(path, database, release, stopwatch);
  const frames = logLength(connection);
  if (generation === noted.generation && (frames() ?? noted.frames) < noted.frames) {
    keepLog(path);
    connection.close();
    throw storeFailure("behind", path);
  }
  const checkpoint = connection.prepare<{ busy: number }>("PRAGMA wal_checkpoint(TRUNCATE)");
  const backup = async (target: string, signal: AbortSignal) => {
    connection.execute("PRAGMA wal_autocheckpoint = 0");
    try {
      if (checkpoint.get()?.busy !== 0) throw storeFailure("busy", path);
      return await copyStore({ descriptor, log: `${path}-wal` }, target, signal);
    } finally {
      connection.execute(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    }
  };
  const write = (progress: number) => file.write(progress, frames);
  const mark = { last: noted.progress, write, keepLog: () => keepLog(path) };
  return Object.assign(connection, { backup, mark });
}

/** Asks for the length of the log in pages; undefined where SQLite is too old to tell it without writing the log back. */
function logLength(connection: Connection): () => number | undefined {
  const { version = "0" } =
    connection.prepare<{ version: string }>("SELECT sqlite_version() AS version").get() ?? {};
  if (compareVersions(version, "3.51.0") < 0) return () => undefined;
  const ask = connection.prepare<{ log: number }>("PRAGMA wal_checkpoint(NOOP)");
  return () => ask.get()?.log;
}

class SqliteConnection implements Connection {
  readonly #path: string;
  readonly #database: Database;
  readonly #release: () => void;
  readonly #stopwatch: Stopwatch | undefined;
  readonly #begin: SqliteStatement;
  readonly #commit: SqliteStatement;
  readonly #statements: SqliteStatement[] = [];

  constructor(path: string, database: Database, release: () => void, stopwatch?: Stopwatch) {
    this.#path = path;
    this.#stopwatch = stopwatch;
    this.#database = database;
    this.#release = release;
    this.#begin = this.#own("BEGIN IMMEDIATE");
    this.#commit = this.#own("COMMIT");
  }

  execute(sql: string): void {
    guarded(this.#path, () => this.#database.run(sql));
  }

  prepare<R extends object>(sql: string): Statement<R> {
    const path = this.#path;
    const statement = guarded(path, () => this.#own(sql)) as SqliteStatement<R, SQLQueryBindings[]>;
    return {
      run: (...values) => {
        guarded(path, () => statement.run(...values));
      },
      get: (...values) => guarded(path, () => statement.get(...values)) ?? undefined,
      all: (...values) => guarded(path, () => statement.all(...values)),
    };
  }

  transaction(work: () => void): void {
    guarded(this.#path, () => this.#begin.run());
    try {
      work();
      const from = this.#stopwatch?.now() ?? 0;
      guarded(this.#path, () => this.#commit.run());
      this.#stopwatch?.synced(this.#stopwatch.now() - from);
    } catch (error) {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (this.#database.inTransaction) guarded(this.#path, () => this.#database.run("ROLLBACK"));
      throw error;
    }
  }

  close(): void {
    for (const statement of this.#statements.splice(0)) statement.finalize();
    this.#release();
  }

  #own(sql: string): SqliteStatement {
    const statement = this.#database.prepare(sql);
    this.#statements.push(statement);
    return statement;
  }
}

const troubles: readonly [RegExp, StoreTrouble][] = [
  [/^SQLITE_(BUSY|LOCKED)/, "busy"],
  [/^SQLITE_FULL/, "full"],
  [/^SQLITE_(CORRUPT|NOTADB|FORMAT)/, "corrupt"],
  [/^SQLITE_(READONLY|PERM)/, "read-only"],
  [/^SQLITE_CANTOPEN/, "missing"],
];

/** What only a mistake in this program can cause: no trouble of the store. */
const ours = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|MISUSE|RANGE|TOOBIG)/;

/** Runs what speaks to SQLite; its errors come out as the store's failures. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message = "" } = (error ?? {}) as { code?: unknown; message?: string };
    // SQLite's words for a header that it cannot make sense of.
    if (message === "unsupported file format") throw storeFailure("corrupt", path, error);
    if (typeof code !== "string" || !code.startsWith("SQLITE_") || ours.test(code)) throw error;
    const trouble = troubles.find(([pattern]) => pattern.test(code))?.[1] ?? "broken";
    throw storeFailure(trouble, path, error);
  }
}
