import type { Engine } from "../../src/engine/engine.ts";
import type { Clock } from "../../src/engine/sqlite/clock.ts";
import { memoryStore } from "../../src/engine/sqlite/database.ts";
import type { Limits } from "../../src/engine/sqlite/limits.ts";
import type { Durability, Retain } from "../../src/engine/sqlite/options.ts";
import { createSqliteEngine } from "../../src/engine/sqlite/sqlite.ts";
import type { Connection, Statement, Store, Value } from "../../src/engine/sqlite/store.ts";
import { Peers } from "./peers.ts";

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now: number;
  #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  defer(callback: () => void): void {
    setImmediate(callback);
  }

  get armed(): number[] {
    return [...this.#timers].map(({ at }) => at);
  }

  /** Time goes on; what falls due is called, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }
}

/**
 * What a test does to a store: called before each write, before and after each commit; what it throws is the
 * fault.
 */
export interface Faults {
  at(point: "write" | "before-commit" | "after-commit"): void;
}

/**
 * A store whose process can die: what was not committed is lost, and the dead process can do nothing any
 * more.
 */
export class MortalStore implements Store {
  readonly path = "memory";
  readonly #store = memoryStore();
  readonly #faults: Faults;
  #life: { dead: boolean; readonly connection: Connection } | undefined;

  constructor(faults: Faults = { at: () => {} }) {
    this.#faults = faults;
  }

  open(): Connection {
    const connection = this.#store.open();
    const life = { dead: false, connection };
    this.#life = life;
    const faults = this.#faults;
    const alive = () => {
      if (life.dead) throw new Error("This process is dead");
    };
    return {
      execute: (sql) => connection.execute(sql),
      prepare: <R extends object>(sql: string): Statement<R> => {
        const statement = connection.prepare<R>(sql);
        const call =
          <A extends Value[], T>(method: (...values: A) => T) =>
          (...values: A) => {
            alive();
            if (!sql.startsWith("SELECT")) faults.at("write");
            return method(...values);
          };
        return { run: call(statement.run), get: call(statement.get), all: call(statement.all) };
      },
      transaction: (work) => {
        alive();
        connection.transaction(() => {
          work();
          faults.at("before-commit");
        });
        faults.at("after-commit");
      },
      close: () => connection.close(),
    };
  }

  /** kill -9. */
  kill(): void {
    if (!this.#life || this.#life.dead) return;
    this.#life.dead = true;
    this.#life.connection.close();
  }
}

export interface WorldOptions {
  readonly store?: Store;
  readonly clock?: Clock;
  readonly peers?: Peers;
  readonly durability?: Durability;
  readonly limits?: Partial<Limits>;
  readonly retain?: Retain;
}

/** An engine on a manual clock; not started. */
export function createEngine(options: WorldOptions = {}): Engine {
  let seed = 0;
  return createSqliteEngine({
    store: options.store ?? memoryStore(),
    clock: options.clock ?? new ManualClock(),
    random: { uint32: () => ++seed },
    runActivity: (options.peers ?? new Peers()).run,
    policy: { environment: {}, directory: "/", maxBytes: 1 << 20 },
    log: () => {},
    durability: options.durability ?? "output",
    limits: { cachedExecutions: 2, ...options.limits },
    ...(options.retain && { retain: options.retain }),
  });
}
