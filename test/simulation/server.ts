import type { Engine } from "../../src/engine/engine.ts";
import type { Limits } from "../../src/engine/sqlite/limits.ts";
import type { Retain } from "../../src/engine/sqlite/options.ts";
import { createSqliteEngine } from "../../src/engine/sqlite/sqlite.ts";
import { LifeClock } from "./clock.ts";
import type { Dice } from "./dice.ts";
import { must } from "./violation.ts";
import type { World } from "./world.ts";

/** One process of the server, from its start to its end, by whatever cause. */
export interface Life {
  readonly number: number;
  readonly version: string;
  readonly engine: Engine;
  readonly clock: LifeClock;
  readonly limits: Partial<Limits>;
  readonly retain: Retain | undefined;
  alive: boolean;
  /** Stands from the end of its start to the beginning of its end. */
  serving: boolean;
  /** Rejects when the process dies: so do all calls to it. */
  readonly died: Promise<never>;
  /** Calls to it that have no answer yet. */
  calls: number;
  readonly die: () => void;
}

/** The server of a world: started again whenever it is not there, at times by another version or with other settings. */
export class Server {
  life: Life | undefined;
  lives = 0;
  #version = 1;
  readonly #world: World;
  readonly #dice: Dice;
  #waiting: (() => void)[] = [];

  constructor(world: World, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
  }

  get version(): string {
    return `${this.#version}.0.0`;
  }

  /** What follows is written by later versions than another server's. */
  succeed({ server }: World): void {
    this.#version = server.#version;
  }

  /** Resolves with a life that serves. */
  async obtain(): Promise<Life> {
    while (!this.life?.serving) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.life;
  }

  /** Starts the next life; it may end before it serves. */
  start(): void {
    const world = this.#world;
    const life = this.#conceive();
    const { faultsMet } = world;
    this.life = life;
    world.trace(`server ${life.number}, version ${life.version}, starts: ${JSON.stringify(life.limits)}`);
    life.engine.start().then(
      () => this.#serve(life),
      (error) => {
        world.trace(`server ${life.number} did not start: ${error.message}`);
        world.check(() => must(world.faultsMet > faultsMet, "A server does not start", error.message));
        if (life.alive) this.#end(life);
      },
    );
  }

  /** The process is gone; the store has been told already. */
  killed(how: string): void {
    const { life } = this;
    if (!life?.alive) return;
    this.#world.trace(`server ${life.number} is killed ${how}`);
    this.#end(life);
  }

  kill(): void {
    this.#world.store.kill();
    this.killed("from outside");
  }

  async stop(): Promise<void> {
    const { life } = this;
    if (!life?.serving) return;
    this.#world.trace(`server ${life.number} stops`);
    life.serving = false;
    await life.engine.stop().catch((error) => this.#world.trace(`the stop broke: ${error.message}`));
    if (!life.alive) return;
    while (life.clock.deferred.length > 0) life.clock.turn();
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (!life.alive) return;
    this.#world.check(() =>
      must(life.calls === 0, "A server stopped and left calls without an answer", life.calls),
    );
    // Whatever could not be closed is closed by the end of the process.
    this.#world.store.kill();
    this.#end(life);
  }

  #serve(life: Life): void {
    if (!life.alive) return;
    life.serving = true;
    this.#world.begun();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #end(life: Life): void {
    life.alive = false;
    life.serving = false;
    life.clock.deferred.length = 0;
    life.die();
    this.life = undefined;
  }

  #conceive(): Life {
    const { clock, store, services } = this.#world;
    if (this.#dice.chance(20)) this.#version += 1;
    const { promise: died, reject } = Promise.withResolvers<never>();
    died.catch(() => {});
    const limits = { ...randomLimits(this.#dice), keptEvents: this.#world.keptEvents };
    const often = this.#dice.chance(80);
    const retain = often || !this.#world.faults.active ? this.#world.retain : undefined;
    const alive = () => life.alive;
    const lifeClock = new LifeClock(clock, alive);
    const seeds = this.#dice.fork();
    const engine = createSqliteEngine({
      store,
      clock: lifeClock,
      random: { uint32: () => seeds.roll(2 ** 32) },
      runActivity: services.runner(alive),
      policy: { environment: {}, directory: "/", maxBytes: 1 << 20 },
      log: (level, message) => alive() && this.#world.logged(level, message),
      durability: this.#dice.pick(["output", "task"]),
      limits,
      ...(retain && { retain }),
      version: this.version,
    });
    const number = ++this.lives;
    const die = () => reject(new Error("The connection is lost"));
    const life: Life = {
      number,
      version: this.version,
      engine,
      clock: lifeClock,
      limits,
      retain,
      alive: true,
      serving: false,
      died,
      calls: 0,
      die,
    };
    return life;
  }
}

/** Small ones, so that every bound is met. */
function randomLimits(dice: Dice): Partial<Limits> {
  return {
    activities: dice.pick([1, 2, 8, 256]),
    sliceTasks: dice.pick([1, 3, 20, 500, 1_000]),
    turnMs: dice.pick([0, 4]),
    turnSlices: dice.pick([1, 3, 512]),
    cachedExecutions: dice.pick([0, 1, 3, 1_000]),
    cachedBytes: dice.pick([1_000, 32 << 20]),
    cachedDefinitions: dice.pick([2, 256, 256, 256]),
    replayCost: dice.pick([0, 20, 100, 2_000]),
    sweepRows: dice.pick([1, 3, 256]),
    pendingStarts: dice.pick([1, 20_000]),
    liveExecutions: dice.pick([8, 1_000_000]),
  };
}
