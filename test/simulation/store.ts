import {
  type Connection,
  type Row,
  type Statement,
  type Store,
  storeFailure,
  type Value,
} from "../../src/engine/sqlite/store.ts";
import type { Dice } from "./dice.ts";
import type { Medium } from "./medium.ts";

/** Where a store can be hit. A commit is `sync` before it is durable, and `committed` after. */
export type Point = "open" | "read" | "write" | "sync" | "committed";
/**
 * What hits it: the death of the process, a failure, a failed fsync, which leaves behind what it did not confirm, or the
 * loss of power in the middle of the commit's writes.
 */
export type Fault = "crash" | "full" | "broken" | "unsynced" | "torn";

export interface StoreWorld {
  fault(point: Point): Fault | undefined;
  /** The process is dead: whatever it was about to do will not happen. */
  killed(point: Point): void;
  /** A process has opened it: what the one before left behind is what there is. */
  opened(): void;
  /** Something is durable. */
  committed(): void;
  /** After a failed fsync and a crash: whether the disk holds the transaction nevertheless. */
  lingers(): boolean;
  /** Resolves after the time that a copy of the store takes; rejects with the signal's reason. */
  copying(signal: AbortSignal): Promise<void>;
  readonly dice: Dice;
}

/** The store of a world, which stands between the engine and the medium, and fails as the world says. */
export class SimulatedStore implements Store {
  readonly path = "simulated";
  readonly medium: Medium;
  /** Copies made by the engine, by path. */
  readonly backups = new Map<string, Medium>();
  /** Whether something is being written that is not durable yet. */
  writing = false;
  readonly #world: StoreWorld;
  #mark = 0;
  #tearing = false;
  #life: { dead: boolean } | undefined;

  constructor(world: StoreWorld, medium: Medium) {
    this.#world = world;
    this.medium = medium;
  }

  open(): Connection {
    if (this.#life) throw storeFailure("busy", this.path);
    this.#hit("open");
    if (this.medium.remembers && this.#world.lingers()) this.medium.linger();
    this.medium.forget();
    const connection = this.medium.open();
    const life = { dead: false };
    this.#life = life;
    this.#world.opened();
    const alive = () => {
      if (life.dead) throw new Error("This process is dead");
    };
    const guard =
      <A extends Value[], T>(point: Point, method: (...values: A) => T) =>
      (...values: A) => {
        alive();
        this.#hit(point);
        return method(...values);
      };
    const mark = connection.mark ?? { last: this.#mark, write: this.#note.bind(this), keepLog: () => {} };
    const write = (progress: number) => {
      if (!life.dead) mark.write(progress);
    };
    return {
      execute: guard("write", (...[sql]: [string]) => connection.execute(sql)),
      prepare: <R extends object>(sql: string): Statement<R> => {
        const { run, get, all } = connection.prepare<R>(sql);
        const point = sql.startsWith("SELECT") || sql.startsWith("PRAGMA") ? "read" : "write";
        return { run: guard(point, run), get: guard(point, get), all: guard(point, all) };
      },
      transaction: (work) => {
        alive();
        this.writing = true;
        try {
          connection.transaction(() => {
            work();
            this.#hit("sync");
          });
        } finally {
          this.writing = false;
        }
        if (this.#tearing) this.#tear();
        this.medium.forget();
        this.#world.committed();
        this.#hit("committed");
      },
      backup: (path, signal) => this.#backup(path, signal),
      mark: { last: mark.last, write, keepLog: mark.keepLog },
      close: () => {
        if (life.dead) return;
        this.#life = undefined;
        this.medium.close();
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
    this.#life = undefined;
    this.medium.crash();
  }

  /** What is durable, for those who look on. */
  query<R extends object = Row>(sql: string, ...values: Value[]): R[] {
    return this.medium.query<R>(sql, ...values);
  }

  dispose(): void {
    this.medium.dispose();
    for (const copy of this.backups.values()) copy.dispose();
  }

  #hit(point: Point): void {
    const fault = this.#world.fault(point);
    const files = this.medium.kind === "files";
    if (fault === undefined) return;
    if (files && (fault === "torn" || fault === "unsynced")) {
      this.medium.remember();
      this.#tearing = true;
      return;
    }
    if (fault === "crash" || fault === "torn") {
      this.kill();
      this.#world.killed(point);
      throw new Error("Killed");
    }
    if (fault === "unsynced") this.medium.remember();
    throw storeFailure(fault === "full" ? "full" : "broken", this.path);
  }

  /** The commit has been made, and the power went before all of it was on the disk. */
  #tear(): never {
    this.#tearing = false;
    if (this.#life) this.#life.dead = true;
    this.#life = undefined;
    this.medium.tear(this.#world.dice);
    this.#world.killed("sync");
    throw new Error("Killed");
  }

  async #backup(path: string, signal: AbortSignal): Promise<number> {
    const life = this.#life;
    const copy = this.medium.copy();
    try {
      await this.#world.copying(signal);
      if (life?.dead) throw new Error("This process is dead");
    } catch (error) {
      copy.dispose();
      throw error;
    }
    this.backups.set(path, copy);
    return 1;
  }

  /** Not synced, yet there after a crash of the process. */
  #note(progress: number): void {
    if (this.#life) this.#mark = progress;
  }
}
