import type { VirtualClock } from "./clock.ts";
import type { Dice } from "./dice.ts";
import type { Fault, Point } from "./store.ts";

/** What goes wrong in a world, and how often: each world has a character of its own. */
export class Faults {
  /** False: from now on everything works. */
  active = true;
  readonly dice: Dice;
  /** Percent of calls that are lost on the way to the server, and percent of answers on the way back. */
  readonly lostCalls: number;
  readonly lostAnswers: number;
  /** Percent of steps. */
  readonly kills: number;
  readonly stops: number;
  readonly jumps: number;
  /** Percent of calls that arrive twice. */
  readonly repeatedCalls: number;
  readonly #clock: VirtualClock;
  readonly #rates: Readonly<Record<Point, readonly (readonly [percent: number, fault: Fault])[]>>;
  readonly #slow: number;
  #fullUntilMs = 0;

  constructor(dice: Dice, clock: VirtualClock) {
    this.dice = dice;
    this.#clock = clock;
    const rate = (...percents: number[]) => dice.pick([0, ...percents]);
    this.lostCalls = rate(5, 30);
    this.lostAnswers = rate(5, 30);
    this.repeatedCalls = rate(5, 20);
    this.kills = rate(0.2, 1, 3);
    this.stops = rate(0.2, 1);
    this.jumps = rate(0.5, 2);
    this.#slow = rate(5, 50);
    const crash = rate(0.1, 0.5, 2);
    const full = rate(0.1, 0.5);
    const broken = rate(0.2, 2);
    const unsynced = rate(0.5, 2);
    const torn = rate(0.5, 2);
    this.#rates = {
      open: [
        [crash * 5, "crash"],
        [broken * 5, "broken"],
      ],
      read: [
        [crash / 10, "crash"],
        [broken / 2, "broken"],
      ],
      write: [
        [crash / 4, "crash"],
        [full / 4, "full"],
        [broken / 4, "broken"],
      ],
      sync: [
        [crash, "crash"],
        [full, "full"],
        [broken, "broken"],
        [unsynced, "unsynced"],
        [torn, "torn"],
      ],
      committed: [[crash, "crash"]],
    };
  }

  at(point: Point): Fault | undefined {
    if (!this.active) return undefined;
    if (point === "committed" && this.dice.chance(this.#slow)) this.#clock.pass(this.dice.roll(40));
    const writes = point === "write" || point === "sync";
    if (writes && this.#clock.elapsedMs < this.#fullUntilMs) return "full";
    const fault = this.#rates[point].find(([percent]) => percent > 0 && this.dice.chance(percent))?.[1];
    if (fault === "full") this.#fullUntilMs = this.#clock.elapsedMs + this.dice.roll(20_000);
    return fault;
  }

  happens(percent: number): boolean {
    return this.active && percent > 0 && this.dice.chance(percent);
  }
}
