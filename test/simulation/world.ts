import type { Retain } from "../../src/engine/sqlite/options.ts";
import { VirtualClock } from "./clock.ts";
import { Dice } from "./dice.ts";
import { Faults } from "./faults.ts";
import type { Heritage } from "./heritage.ts";
import { Ledger } from "./ledger.ts";
import { Files, type Medium, Memory } from "./medium.ts";
import { Secrecy } from "./secrecy.ts";
import { Server } from "./server.ts";
import { Services } from "./services.ts";
import { type Point, SimulatedStore } from "./store.ts";
import { must, mustEqual, Violation } from "./violation.ts";

/** Everything there is: a clock, a disk, services, a server, and those who look on. Made from one seed. */
export class World {
  readonly dice: Dice;
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly store: SimulatedStore;
  readonly ledger: Ledger;
  readonly secrecy: Secrecy;
  readonly services: Services;
  readonly server: Server;
  /** How long what has ended is kept, in most lives. */
  readonly retain: Retain | undefined;
  /** How many CloudEvents are kept. */
  readonly keptEvents: number;
  /** The first promise that was not kept. */
  violation: Violation | undefined;
  /** How often something went wrong in the store. */
  faultsMet = 0;
  /** What a client was told, by execution. */
  readonly acknowledged = new Map<string, "started" | "cancelled">();
  readonly published: { readonly source: string; readonly id: string }[] = [];
  readonly trace: (line: string) => void;
  /** What the process that has the store open, or had it last, keeps; and when it died. */
  #kept: Retain | undefined;
  #diedMs = 0;

  constructor(seed: number, trace: (line: string) => void, heritage?: Heritage) {
    this.dice = new Dice(seed);
    this.clock = new VirtualClock(heritage?.nowMs);
    this.trace = (line) => trace(`${(this.clock.elapsedMs / 1000).toFixed(3).padStart(10)}  ${line}`);
    this.faults = new Faults(this.dice.fork(), this.clock);
    this.retain = randomRetain(this.dice);
    this.keptEvents = heritage?.keptEvents ?? this.dice.pick([5, 100_000, 100_000]);
    this.store = this.#store(heritage?.medium ?? (this.dice.chance(20) ? new Files() : new Memory()));
    this.server = new Server(this, this.dice.fork());
    this.secrecy = new Secrecy(this.store);
    this.ledger = new Ledger(this.store, {
      secrecy: this.secrecy,
      keptEvents: this.keptEvents,
      retain: () => this.#kept,
      now: () => Math.max(this.clock.now(), this.#diedMs),
      answered: (execution, activity) => this.services.answered(execution, activity),
    });
    this.services = new Services(this, this.faults);
    if (heritage) this.#inherit(heritage);
  }

  /** Looks whether a promise is kept. Nothing is thrown: the engine would take it for a failure of the world. */
  check(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.violation ??=
        error instanceof Violation ? error : new Violation(String((error as Error).stack ?? error));
    }
  }

  logged(level: string, message: string): void {
    this.trace(`${level}: ${message}`);
    this.check(() => {
      this.secrecy.checkText(message, "the log");
      const broken = /cannot go on|interpreter broke|activity broke/.test(message);
      must(!broken, "The engine gave something up", message);
    });
  }

  /** A life begins to serve: all that was promised is there. */
  begun(): void {
    this.check(() => {
      this.ledger.read();
      for (const [id, told] of this.acknowledged) {
        if (this.ledger.gone.has(id)) continue;
        const witness = this.ledger.byId(id);
        must(witness, "An acknowledged execution is lost", id);
        this.ledger.check(witness);
        must(told === "started" || witness.ended, "An acknowledged cancellation is lost", id);
      }
      for (const { source, id } of this.published)
        must(this.ledger.keepsEvent(source, id), "An event is lost", id);
      this.secrecy.check();
      const [last] = this.store.query("SELECT version FROM writers ORDER BY position DESC LIMIT 1");
      mustEqual(last?.["version"], this.server.version, "The store does not say who writes it");
    });
  }

  #store(medium: Medium): SimulatedStore {
    const { faults } = this;
    return new SimulatedStore(
      {
        fault: (point) => this.#fault(point),
        killed: (point) => {
          this.#diedMs = this.clock.now();
          this.server.killed(`at "${point}"`);
        },
        opened: () => this.#opened(),
        committed: () => this.check(() => this.ledger.read()),
        lingers: () => {
          const lingers = faults.dice.chance(50);
          if (lingers) this.trace("a transaction whose fsync failed is there nevertheless");
          return lingers;
        },
        copying: (signal) => this.#copying(signal),
        dice: faults.dice,
      },
      medium,
    );
  }

  /** Its last commit may have been made without anybody looking. */
  #opened(): void {
    this.check(() => this.ledger.read());
    this.#kept = this.server.life?.retain;
    this.#diedMs = 0;
  }

  #copying(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      this.clock.after(this.faults.dice.roll(2_000), resolve);
    });
  }

  #inherit({ acknowledged, published, secrets, from }: Heritage): void {
    for (const [id, told] of acknowledged) this.acknowledged.set(id, told);
    this.published.push(...published);
    this.secrecy.inherit(secrets);
    this.server.succeed(from);
    this.services.inherit(from);
  }

  #fault(point: Point) {
    const fault = this.faults.at(point);
    if (fault) this.faultsMet += 1;
    if (fault) this.trace(`${fault} at "${point}"`);
    return fault;
  }
}

function randomRetain(dice: Dice): Retain | undefined {
  const kept = dice.pick(["all", "all", "count", "age"]);
  if (kept === "count") return { count: dice.roll(6) };
  return kept === "age" ? { ageMs: 1 + dice.roll(dice.pick([2_000, 100_000])) } : undefined;
}
