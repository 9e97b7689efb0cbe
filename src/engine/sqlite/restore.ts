import { Database } from "bun:sqlite";
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../../failure.ts";
import { findDamage } from "./damage.ts";
import { guarded } from "./database.ts";
import { sync } from "./files.ts";
import { markPath } from "./mark.ts";
import { checkOwner } from "./schema.ts";
import { storeFailure } from "./store.ts";

/**
 * Reads the whole of a store that nobody has open. Throws `data_loss` for one that is damaged or another program's,
 * `failed_precondition` for one of a newer version.
 */
export function verifyStore(path: string): void {
  guarded(path, () => {
    const database = new Database(path, { readonly: true, strict: true });
    try {
      checkOwner((sql) => database.query<Record<string, number>, []>(sql).get() ?? {}, path);
      const [found] = database.query<{ integrity_check: string }, []>("PRAGMA integrity_check(1)").all();
      if (found?.integrity_check !== "ok") {
        throw storeFailure("corrupt", path, new Error(found?.integrity_check ?? "it cannot be checked"));
      }
      const wrong = findDamage(database);
      if (wrong) throw storeFailure("corrupt", path, new Error(wrong));
    } finally {
      database.close();
    }
  });
}

/**
 * Reads the whole of a copy that was just made. One that is not whole is no backup: it is removed, and `data_loss` thrown,
 * or what else kept it from being read.
 */
export function verifyBackup(path: string): void {
  try {
    verifyStore(path);
  } catch (error) {
    rmSync(path, { force: true });
    if (!(error instanceof Failure) || error.reason !== "store-corrupt") throw error;
    const { cause } = error;
    const why = cause instanceof Error ? cause.message : error.message;
    throw new Failure("data_loss", `The copy "${path}" was not whole and is removed: ${why}`, {
      reason: "backup-not-whole",
      hint:
        "What the server stores is damaged, or the disk of the copy is: keep earlier backups; delete the execution or" +
        " workflow that is named here, or restore one of those, and back up again",
      cause: error,
    });
  }
}

/**
 * Puts a backup where a server finds it; the caller sees to it that no server runs. Throws `failed_precondition` when there
 * is a store with anything in it, `invalid_argument` for a file that is no backup, and what `verifyStore` throws. What was there
 * stays as it was unless the backup has been found whole.
 */
export function restoreStore(backup: string, path: string): void {
  checkBackup(backup);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!isEmptyStore(path)) {
    throw new Failure("failed_precondition", `The store "${path}" holds workflows or executions`, {
      reason: "restore-not-empty",
      hint: "Restore into another home with --home, or move that store away first",
    });
  }
  const incoming = `${path}.incoming`;
  try {
    copyFileSync(backup, incoming, constants.COPYFILE_FICLONE);
    chmodSync(incoming, 0o600);
    verifyCopy(incoming, backup);
    sync(incoming);
    // The log of an empty store must not be taken for that of the new one.
    for (const part of [path, `${path}-wal`, `${path}-shm`, markPath(path)]) rmSync(part, { force: true });
    renameSync(incoming, path);
    sync(dirname(path));
  } finally {
    for (const part of [incoming, `${incoming}-wal`, `${incoming}-shm`]) rmSync(part, { force: true });
  }
}

/** What is wrong with the copy is wrong with the backup, which is what the caller knows. */
function verifyCopy(copy: string, backup: string): void {
  try {
    verifyStore(copy);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, reason, hint } = error;
    throw new Failure(
      code,
      message.replace(`The store "${copy}"`, `The backup "${backup}"`).replaceAll(copy, backup),
      {
        reason,
        hint: reason === "store-corrupt" ? "Use another backup; nothing was changed" : hint,
        cause: error,
      },
    );
  }
}

function checkBackup(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  const refuse = (message: string, hint: string) =>
    new Failure("invalid_argument", message, { reason: "not-a-backup", hint });
  if (!stats) throw refuse(`There is no file "${path}"`, "Name a file that `pawl server backup` made");
  if (!stats.isFile()) throw refuse(`"${path}" is not a file`, "Name a file that `pawl server backup` made");
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw refuse(
      `"${path}" is not complete: a part of it is in "${path}-wal"`,
      "Use a file that `pawl server backup` made instead of a copy of a store",
    );
  }
}

function isEmptyStore(path: string): boolean {
  if (!existsSync(path)) return true;
  if (statSync(path).size === 0 && !existsSync(`${path}-wal`)) return true;
  return guarded(path, () => {
    const database = new Database(path, { strict: true });
    try {
      const has = (table: string) => database.query(`SELECT 1 FROM ${table} LIMIT 1`).get() !== null;
      const tables = ["executions", "workflows", "events"].filter((table) =>
        database.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table),
      );
      return tables.length > 0 && !tables.some(has);
    } finally {
      database.close();
    }
  });
}
