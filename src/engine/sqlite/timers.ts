import type { Clock } from "./clock.ts";
import type { Connection, Row, Statement } from "./store.ts";

interface TimerRow extends Row {
  readonly execution: number;
  readonly timer: string;
  readonly at: number;
}

export interface TimerEvents {
  /** A timer is due; once until it is settled. */
  readonly fired: (execution: number, timer: string, at: number) => void;
  /** Time to call `fire`. */
  readonly rang: () => void;
}

/** How many timers fire before the first of them is committed: what bounds the memory. */
const window = 512;
/**
 * The clock's own timers count running time, ours the time of day. A machine that slept, or whose clock was
 * set, has to be noticed while a timer is due in hours.
 */
const longestMs = 60_000;

/**
 * Durable timers: all are in the table, and one of the clock's timers stands for the earliest. None fires
 * before its time. A row lives until the event it became is committed, so that after a restart it fires
 * again.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #events: TimerEvents;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #deleteAll: Statement;
  readonly #due: Statement<TimerRow>;
  readonly #next: Statement<{ at: number | null }>;
  /** What has fired and is not committed. */
  readonly #firing = new Set<string>();
  /** What nobody can take: it fires again after the next start. */
  readonly #aside = new Set<string>();
  /** Whether more was due than the window holds. */
  #more = false;
  #rang = false;
  #armed: { readonly at: number; readonly cancel: () => void } | undefined;
  #stopped = false;

  constructor(connection: Connection, clock: Clock, events: TimerEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#insert = connection.prepare("INSERT OR REPLACE INTO timers VALUES (?, ?, ?)");
    this.#delete = connection.prepare("DELETE FROM timers WHERE execution = ? AND timer = ?");
    this.#deleteAll = connection.prepare("DELETE FROM timers WHERE execution = ?");
    this.#due = connection.prepare("SELECT * FROM timers WHERE at <= +? ORDER BY at LIMIT +?");
    this.#next = connection.prepare("SELECT min(at) AS at FROM timers WHERE at > +?");
  }

  /** Within a transaction. */
  insert(execution: number, timer: string, at: number): void {
    this.#insert.run(execution, timer, at);
  }

  /** Within a transaction. */
  delete(execution: number, timer: string): void {
    this.#delete.run(execution, timer);
  }

  /** Within a transaction. */
  deleteAll(execution: number): void {
    this.#deleteAll.run(execution);
  }

  /** A timer for this instant is in the table now. */
  arm(at: number): void {
    if (this.#stopped || (this.#armed && this.#armed.at <= at)) return;
    this.#armed?.cancel();
    const ms = Math.min(Math.max(0, at - this.#clock.now()), longestMs);
    this.#armed = { at, cancel: this.#clock.after(ms, () => this.ring()) };
  }

  /** It is time to look. */
  ring(): void {
    this.#armed?.cancel();
    this.#armed = undefined;
    this.#rang = true;
    this.#events.rang();
  }

  /** If it rang: fires what is due, and arms for what comes next. */
  fire(): void {
    if (!this.#rang || this.#stopped) return;
    const now = this.#clock.now();
    const most = window + this.#aside.size;
    const due = this.#due.all(now, most);
    const next = this.#next.get(now)?.at;
    this.#rang = false;
    this.#more = due.length === most;
    for (const { execution, timer, at } of due) {
      const name = nameOf(execution, timer);
      if (this.#firing.has(name) || this.#aside.has(name)) continue;
      this.#firing.add(name);
      this.#events.fired(execution, timer, at);
    }
    if (typeof next === "number") this.arm(next);
  }

  /** The event of a fired timer is committed. */
  settle(execution: number, timer: string): void {
    this.#firing.delete(nameOf(execution, timer));
    if (this.#more && this.#firing.size === 0) this.ring();
  }

  /** The execution of a fired timer cannot go on in this life: others must not wait for it. */
  setAside(execution: number, timer: string): void {
    this.#aside.add(nameOf(execution, timer));
    this.settle(execution, timer);
  }

  stop(): void {
    this.#stopped = true;
    this.#armed?.cancel();
  }
}

const nameOf = (execution: number, timer: string) => `${execution}/${timer}`;
