import { Database } from "bun:sqlite";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectTo, fileStore } from "../../src/engine/sqlite/database.ts";
import type { Connection, Row, Statement, Value } from "../../src/engine/sqlite/store.ts";
import { type Disk, layDisk, readDisk, tear } from "../crash/torn.ts";
import type { Dice } from "./dice.ts";

/** What a store is kept on, and what a crash leaves of it. Either can do one kind of damage that the other cannot. */
export interface Medium {
  readonly kind: "memory" | "files";
  /** A connection to what is there; the one before has been closed or has crashed. */
  open(): Connection;
  /** The connection is let go of in good order. */
  close(): void;
  /** The process of the connection is gone. */
  crash(): void;
  /** What is committed now, on a medium of its own. */
  copy(): Medium;
  /** Within a transaction, about to be committed. Memory: its fsync is about to fail; it may come back after a crash. */
  remember(): void;
  /** Another commit was made, so what was remembered is overwritten. */
  forget(): void;
  /** Memory: whether there is something that may come back. */
  readonly remembers: boolean;
  /** Memory: what was remembered comes back. */
  linger(): void;
  /** Files: within the commit just made the power went, so any part of what it wrote may be missing. */
  tear(dice: Dice): void;
  query<R extends object = Row>(sql: string, ...values: Value[]): R[];
  dispose(): void;
}

/** SQLite in memory. A transaction whose fsync failed may come back after a crash, since its pages reached the disk. */
export class Memory implements Medium {
  readonly kind = "memory";
  #database: Database;
  #queries = new Map<string, Statement>();
  #remembered: Uint8Array | undefined;
  #connection: Connection | undefined;

  constructor(image?: Uint8Array) {
    this.#database = image
      ? Database.deserialize(image, { strict: true })
      : new Database(":memory:", { strict: true });
  }

  open(): Connection {
    this.#connection = connectTo("simulated", this.#database, () => {});
    return this.#connection;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  crash(): void {
    this.close();
  }

  copy(): Medium {
    return new Memory(this.image());
  }

  /** All pages, also those that are free. */
  image(): Uint8Array {
    return this.#database.serialize();
  }

  remember(): void {
    this.#remembered = this.image();
  }

  forget(): void {
    this.#remembered = undefined;
  }

  linger(): void {
    if (!this.#remembered) return;
    this.#queries = new Map();
    this.#database = Database.deserialize(this.#remembered, { strict: true });
    this.#remembered = undefined;
  }

  get remembers(): boolean {
    return this.#remembered !== undefined;
  }

  tear(): void {}

  query<R extends object = Row>(sql: string, ...values: Value[]): R[] {
    const known = this.#queries.get(sql) ?? (this.#database.prepare(sql) as unknown as Statement);
    this.#queries.set(sql, known);
    return known.all(...values) as R[];
  }

  dispose(): void {}
}

/** The store's own files, with SQLite's recovery, the log that is written back, and the mark beside it. */
export class Files implements Medium {
  readonly kind = "files";
  readonly remembers = false;
  readonly #folder = mkdtempSync(join(tmpdir(), "pawl-simulation-"));
  #generation = 0;
  #connection: Connection | undefined;
  #crashed: Connection | undefined;
  #queries = new Map<string, Statement>();
  #before: Disk | undefined;

  constructor(disk: Partial<Disk> = {}) {
    mkdirSync(this.#place);
    layDisk(this.#path, disk);
  }

  open(): Connection {
    this.#bury();
    this.close();
    this.#queries = new Map();
    const connection = fileStore(this.#path).open();
    // So that it is written back now and then.
    connection.execute("PRAGMA wal_autocheckpoint = 30");
    this.#connection = connection;
    return connection;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#queries = new Map();
  }

  /** The files stay as the kernel has them. They go on under another name: closing the old ones changes those. */
  crash(): void {
    this.#abandon(readDisk(this.#path));
  }

  copy(): Medium {
    const { file, log } = readDisk(this.#path);
    return new Files({ file, log });
  }

  remember(): void {
    this.#before = readDisk(this.#path);
  }

  forget(): void {
    this.#before = undefined;
  }

  linger(): void {}

  tear(dice: Dice): void {
    this.#abandon(tear(this.#before!, readDisk(this.#path), dice));
  }

  query<R extends object = Row>(sql: string, ...values: Value[]): R[] {
    const connection = this.#connection ?? this.open();
    const known = this.#queries.get(sql) ?? (connection.prepare(sql) as Statement);
    this.#queries.set(sql, known);
    return known.all(...values) as R[];
  }

  dispose(): void {
    this.#bury();
    this.close();
    rmSync(this.#folder, { recursive: true });
  }

  #abandon(disk: Disk): void {
    this.#bury();
    this.#crashed = this.#connection;
    this.#connection = undefined;
    this.#queries = new Map();
    this.#generation += 1;
    mkdirSync(this.#place);
    layDisk(this.#path, disk);
  }

  #bury(): void {
    this.#crashed?.close();
    this.#crashed = undefined;
  }

  get #place(): string {
    return join(this.#folder, String(this.#generation));
  }

  get #path(): string {
    return join(this.#place, "pawl.db");
  }
}
