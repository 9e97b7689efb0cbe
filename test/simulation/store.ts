import { Database } from "bun:sqlite";
import { connectTo } from "../../src/engine/sqlite/database.ts";
import {
  type Connection,
  type Row,
  type Statement,
  type Store,
  storeFailure,
  type Value,
} from "../../src/engine/sqlite/store.ts";

/** Where a store can be hit. A commit is `sync` before it is durable, and `committed` after. */
export type Point = "open" | "read" | "write" | "sync" | "committed";
/** What hits it: the death of the process, a failure, or a failed fsync, which leaves behind what it did not confirm. */
export type Fault = "crash" | "full" | "broken" | "unsynced";

export interface StoreWorld {
  fault(point: Point): Fault | undefined;
  /** The process is dead: whatever it was about to do will not happen. */
  killed(point: Point): void;
  /** Something is durable. */
  committed(): void;
  /** After a failed fsync and a crash: whether the disk holds the transaction nevertheless. */
  lingers(): boolean;
}

/**
 * SQLite in memory, as it would be on a disk: a crash loses what is not committed, and a transaction whose fsync failed may
 * come back after a crash, since its pages reached the disk in the end.
 */
export class SimulatedStore implements Store {
  readonly path = "simulated";
  readonly #world: StoreWorld;
  #database = new Database(":memory:", { strict: true });
  #queries = new Map<string, Statement>();
  #mark = 0;
  #unconfirmed: Uint8Array | undefined;
  #life: { dead: boolean; readonly connection: Connection } | undefined;

  constructor(world: StoreWorld) {
    this.#world = world;
  }

  open(): Connection {
    if (this.#life) throw storeFailure("busy", this.path);
    this.#hit("open");
    if (this.#unconfirmed && this.#world.lingers()) this.#restore(this.#unconfirmed);
    this.#unconfirmed = undefined;
    const connection = connectTo(this.path, this.#database, () => {
      this.#life = undefined;
    });
    const life = { dead: false, connection };
    this.#life = life;
    const alive = () => {
      if (life.dead) throw new Error("This process is dead");
    };
    return {
      execute: (sql) => connection.execute(sql),
      prepare: <R extends object>(sql: string): Statement<R> => {
        const statement = connection.prepare<R>(sql);
        const point = sql.startsWith("SELECT") || sql.startsWith("PRAGMA") ? "read" : "write";
        const call =
          <A extends Value[], T>(method: (...values: A) => T) =>
          (...values: A) => {
            alive();
            this.#hit(point);
            return method(...values);
          };
        return { run: call(statement.run), get: call(statement.get), all: call(statement.all) };
      },
      transaction: (work) => {
        alive();
        connection.transaction(() => {
          work();
          this.#hit("sync");
        });
        this.#unconfirmed = undefined;
        this.#world.committed();
        this.#hit("committed");
      },
      mark: { last: this.#mark, write: (progress) => this.#note(progress), keepLog: () => {} },
      close: () => {
        if (!life.dead) connection.close();
      },
    };
  }

  get isOpen(): boolean {
    return this.#life !== undefined;
  }

  /** kill -9, or the plug. */
  kill(): void {
    if (!this.#life) return;
    this.#life.dead = true;
    this.#life.connection.close();
    this.#life = undefined;
  }

  /** What is durable, for those who look on. */
  query<R extends object = Row>(sql: string, ...values: Value[]): R[] {
    const known = this.#queries.get(sql) ?? (this.#database.prepare(sql) as unknown as Statement);
    this.#queries.set(sql, known);
    return known.all(...values) as R[];
  }

  #hit(point: Point): void {
    const fault = this.#world.fault(point);
    if (fault === "crash") {
      this.kill();
      this.#world.killed(point);
      throw new Error("Killed");
    }
    if (fault === "unsynced") this.#unconfirmed = this.#database.serialize();
    if (fault) throw storeFailure(fault === "full" ? "full" : "broken", this.path);
  }

  /** Not synced, yet there after a crash of the process. */
  #note(progress: number): void {
    if (this.#life) this.#mark = progress;
  }

  #restore(image: Uint8Array): void {
    this.#queries = new Map();
    this.#database = Database.deserialize(image, { strict: true });
  }
}
