import { VirtualClock } from "./clock.ts";
import { Dice } from "./dice.ts";
import { Faults } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Server } from "./server.ts";
import { Services } from "./services.ts";
import { type Point, SimulatedStore } from "./store.ts";
import { must, Violation } from "./violation.ts";

/** Everything there is: a clock, a disk, services, a server, and those who look on. Made from one seed. */
export class World {
  readonly dice: Dice;
  readonly clock = new VirtualClock();
  readonly faults: Faults;
  readonly store: SimulatedStore;
  readonly ledger: Ledger;
  readonly services: Services;
  readonly server: Server;
  /** The first promise that was not kept. */
  violation: Violation | undefined;
  /** What a client was told, by execution. */
  readonly acknowledged = new Map<string, "started" | "cancelled">();
  readonly published: { readonly source: string; readonly id: string }[] = [];
  readonly trace: (line: string) => void;

  constructor(seed: number, trace: (line: string) => void) {
    this.dice = new Dice(seed);
    this.trace = (line) => trace(`${(this.clock.elapsedMs / 1000).toFixed(3).padStart(10)}  ${line}`);
    this.faults = new Faults(this.dice.fork(), this.clock);
    this.store = new SimulatedStore({
      fault: (point) => this.#fault(point),
      killed: (point) => this.server.killed(`at "${point}"`),
      committed: () => this.check(() => this.ledger.read()),
      lingers: () => {
        const lingers = this.faults.dice.chance(50);
        if (lingers) this.trace("a transaction whose fsync failed is there nevertheless");
        return lingers;
      },
    });
    this.server = new Server(this, this.dice.fork());
    this.ledger = new Ledger(this.store, () => this.server.version);
    this.services = new Services(this, this.faults);
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
    const broken = /cannot go on|interpreter broke|activity broke/.test(message);
    if (broken) this.check(() => must(false, "The engine gave something up", message));
  }

  /** A life begins to serve: all that was promised is there. */
  begun(): void {
    this.check(() => {
      this.ledger.read();
      for (const [id, told] of this.acknowledged) {
        if (this.ledger.deleted.has(id)) continue;
        const witness = this.ledger.byId(id);
        must(witness, "An acknowledged execution is lost", id);
        this.ledger.check(witness);
        must(told === "started" || witness.ended, "An acknowledged cancellation is lost", id);
      }
      for (const { source, id } of this.published)
        must(this.ledger.holdsEvent(source, id), "An event is lost", id);
    });
  }

  #fault(point: Point) {
    const fault = this.faults.at(point);
    if (fault) this.trace(`${fault} at "${point}"`);
    return fault;
  }
}
