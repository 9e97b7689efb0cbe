import type { Database } from "bun:sqlite";
import { type ExecutionRow, isWholeRow } from "./executions.ts";
import { isWholeEvent, type JournalRow } from "./journal.ts";
import { isWhole } from "./sum.ts";

/**
 * Reads every value that has a sum; answers in words which of them is not what was written, if one is. What SQLite knows of
 * the structure is checked by itself.
 */
export function findDamage(database: Database): string | undefined {
  const has = database
    .query<{ name: string }, []>("SELECT name FROM pragma_table_info('journal') WHERE name = 'sum'")
    .all();
  // Of an earlier version.
  if (has.length === 0) return undefined;
  for (const row of database
    .query<ExecutionRow, []>("SELECT * FROM executions WHERE sum IS NOT NULL")
    .iterate()) {
    if (!isWholeRow(row)) return `the execution "${row.id}" is not what was written`;
  }
  for (const row of database.query<JournalRow, []>("SELECT * FROM journal WHERE sum IS NOT NULL").iterate()) {
    if (!isWholeEvent(row)) return `the journal at ${row.position} is not what was written`;
  }
  const revisions = database.query<DefinitionRow, []>("SELECT * FROM revisions WHERE sum IS NOT NULL");
  for (const { revision, namespace, name, version, file, line, text, sum } of revisions.iterate()) {
    if (isWhole(sum, revision, namespace, name, version, file, line, text)) continue;
    return `the definition of "${namespace}/${name}" is not what was written`;
  }
  const snapshots = database.query<SnapshotRow, []>("SELECT * FROM snapshots WHERE sum IS NOT NULL");
  for (const { execution, position, state, sum } of snapshots.iterate()) {
    if (!isWhole(sum, execution, position, state))
      return `the snapshot of ${execution} is not what was written`;
  }
  return undefined;
}

interface DefinitionRow {
  readonly revision: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly sum: number;
}

interface SnapshotRow {
  readonly execution: number;
  readonly position: number;
  readonly state: string;
  readonly sum: number;
}
