import { type Connection, storeFailure } from "./store.ts";

/** "Pawl" in ASCII: says whose file it is. */
/** "Pawl", in the header of every store. */
export const applicationId = 0x5061776c;

/**
 * Forward only: entry N brings a store from version N to N + 1. Entries are never changed once released, only
 * added.
 *
 * - `revisions`: definitions by content; executions pin one (G5). `workflows`: what was applied under which
 *   name.
 * - `executions`: one row each; `due` is 1 while it has a slice to run. `parent_key` and `child` lead to the
 *   parent that awaits it.
 * - `journal`: append-only; an event, and the compact records of what it caused. `position` orders
 *   everything.
 * - `timers`, `activities`, `deliveries`: commands carried out and not answered yet; a row lives from the
 *   commit of the command to the commit of its answer.
 * - `writers`: which version of the program wrote the journal from a position on.
 * - `events`: CloudEvents, once per source and id.
 * - `secrets`: the only place where their values are.
 * - `sum`: what a row of `executions` (as it began; `end_sum`: as it ended), `revisions`, `journal` or `snapshots` said when
 *   it was written, see `sum.ts`; null in rows of earlier versions.
 * - `removals`: executions that are gone and whose journal is still being removed, in bites.
 */
const migrations: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE revisions (
     key INTEGER PRIMARY KEY, revision TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL, name TEXT NOT NULL,
     version TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, text TEXT NOT NULL);
   CREATE TABLE workflows (
     namespace TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, revision INTEGER NOT NULL,
     file TEXT NOT NULL, text TEXT NOT NULL, title TEXT, summary TEXT,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
     PRIMARY KEY (namespace, name, version)) WITHOUT ROWID;
   CREATE TABLE executions (
     key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, status INTEGER NOT NULL,
     due INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, seed INTEGER NOT NULL,
     request TEXT NOT NULL, parent TEXT, parent_key INTEGER, child TEXT, depth INTEGER NOT NULL,
     input TEXT NOT NULL, outcome TEXT);
   CREATE INDEX executions_of_revision ON executions (revision);
   CREATE INDEX executions_due ON executions (key) WHERE due = 1;
   CREATE INDEX executions_live ON executions (status) WHERE ended_at IS NULL;
   CREATE TABLE snapshots (execution INTEGER PRIMARY KEY, position INTEGER NOT NULL, state TEXT NOT NULL);
   CREATE TABLE journal (
     position INTEGER PRIMARY KEY, execution INTEGER NOT NULL, at INTEGER NOT NULL, tasks INTEGER NOT NULL,
     event TEXT, records TEXT);
   CREATE INDEX journal_of_execution ON journal (execution);
   CREATE TABLE timers (
     execution INTEGER NOT NULL, timer TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (execution, timer)) WITHOUT ROWID;
   CREATE INDEX timers_by_time ON timers (at);
   CREATE TABLE activities (
     execution INTEGER NOT NULL, activity TEXT NOT NULL, task TEXT NOT NULL,
     detached INTEGER NOT NULL, request TEXT NOT NULL, PRIMARY KEY (execution, activity)) WITHOUT ROWID;
   CREATE TABLE deliveries (key INTEGER PRIMARY KEY, execution INTEGER NOT NULL, event TEXT NOT NULL);
   CREATE TABLE events (
     position INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL);
   CREATE UNIQUE INDEX events_once ON events (source, id);`,
  `DROP INDEX executions_live;
   DROP INDEX executions_of_revision;
   CREATE INDEX executions_of_status ON executions (status);
   CREATE INDEX executions_of_revision_and_status ON executions (revision, status);
   CREATE INDEX executions_ended ON executions (ended_at) WHERE ended_at IS NOT NULL;
   CREATE INDEX revisions_by_name ON revisions (namespace, name);
   CREATE INDEX workflows_of_revision ON workflows (revision);
   CREATE TABLE removals (execution INTEGER PRIMARY KEY);
   ALTER TABLE executions ADD COLUMN trace TEXT;`,
  `CREATE TABLE writers (position INTEGER PRIMARY KEY, version TEXT NOT NULL);
   CREATE INDEX executions_awaited ON executions (parent_key) WHERE parent_key IS NOT NULL AND ended_at IS NULL;`,
  `CREATE TABLE secrets (
     name TEXT PRIMARY KEY, value TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)
     WITHOUT ROWID;`,
  `ALTER TABLE revisions ADD COLUMN sum INTEGER;
   ALTER TABLE journal ADD COLUMN sum INTEGER;
   ALTER TABLE snapshots ADD COLUMN sum INTEGER;
   ALTER TABLE executions ADD COLUMN sum INTEGER;
   ALTER TABLE executions ADD COLUMN end_sum INTEGER;`,
];

/** The version of the schema this program writes. */
export const schemaVersion = migrations.length;

/**
 * Brings the store to the current version. Throws `failed_precondition` for a newer one, `data_loss` for a
 * foreign file.
 */
export function migrate(connection: Connection, path: string): void {
  const ask = (sql: string) => connection.prepare(sql).get() ?? {};
  const empty = ask("SELECT 1 AS one FROM sqlite_schema LIMIT 1")["one"] === undefined;
  const version = empty && ask("PRAGMA user_version")["user_version"] === 0 ? 0 : checkOwner(ask, path);
  if (version === schemaVersion) return;
  connection.transaction(() => {
    for (const migration of migrations.slice(version)) connection.execute(migration);
    connection.execute(`PRAGMA application_id = ${applicationId}`);
    connection.execute(`PRAGMA user_version = ${schemaVersion}`);
  });
}

/** The version of a store of ours. Throws `failed_precondition` for a newer one, `data_loss` for a foreign file. */
export function checkOwner(ask: (sql: string) => Readonly<Record<string, unknown>>, path: string): number {
  if (ask("PRAGMA application_id")["application_id"] !== applicationId) {
    throw storeFailure("corrupt", path, new Error("it is another program's database"));
  }
  const version = Number(ask("PRAGMA user_version")["user_version"]);
  if (version > schemaVersion) throw storeFailure("newer", path);
  return version;
}
