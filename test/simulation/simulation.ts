import { Follower } from "./follower.ts";
import { checkMemory } from "./memory.ts";
import { checkEnd, checkRest } from "./rest.ts";
import { must, Violation } from "./violation.ts";
import { Workload } from "./workload.ts";
import { World } from "./world.ts";

/** What a simulated life came to. */
export interface Report {
  readonly seed: number;
  readonly steps: number;
  readonly lives: number;
  readonly commits: number;
  readonly executions: number;
  readonly activities: number;
  /** Runs of activities beyond the first of each. */
  readonly repeated: number;
  /** Executions that were deleted, or not kept any longer. */
  readonly gone: number;
  readonly simulatedMs: number;
  /** How many outcomes were compared with the model's. */
  readonly modelled: number;
  /** The life of a backup that was made on the way, if there was one. */
  readonly backup?: Report;
}

type Trace = (line: string) => void;

/** After so many steps without faults everything must have come to its end. */
const patience = 50_000;

/**
 * Lives one seed: so many steps with faults, then without, until everything has ended; and then the backup that was made on
 * the way, if there is one, as a server of its own. Rejects with the first `Violation`. The same seed is the same life.
 */
export async function simulate(seed: number, steps: number, trace: Trace = () => {}): Promise<Report> {
  const world = new World(seed, trace);
  let restored: World | undefined;
  try {
    const workload = new Workload(world, world.dice.fork());
    const report = await live(world, workload, steps, () => workload.begin());
    if (!workload.backup) return { seed, ...report };
    trace("a server begins with the backup");
    restored = new World(seed, trace, workload.backup);
    const successor = new Workload(restored, restored.dice.fork(), "y");
    restored.ledger.read();
    const inherit = () => successor.inherit(workload);
    const again = await live(restored, successor, Math.ceil(steps / 4), inherit);
    return { seed, ...report, backup: { seed, ...again } };
  } finally {
    world.store.dispose();
    restored?.store.dispose();
  }
}

async function live(world: World, workload: Workload, steps: number, begin: () => void) {
  const follower = new Follower(world);
  world.server.start();
  follower.follow().catch((error) => world.check(() => must(false, "A stream broke", String(error))));
  begin();
  for (let step = 0; step < steps; step++) await anything(world, workload);
  world.trace("from now on nothing goes wrong");
  world.faults.active = false;
  world.services.release();
  let waited = 0;
  for (; !atRest(world, workload, follower); waited++) {
    if (waited === patience)
      throw new Violation("It does not come to rest", unfinished(world, workload, follower));
    await calm(world);
  }
  checkRest(world);
  const modelled = await checkEnd(world, workload, () => calm(world));
  const runs = [...world.services.runs.values()];
  return {
    steps: steps + waited,
    lives: world.server.lives,
    commits: world.ledger.commits,
    executions: world.ledger.witnesses.size,
    activities: runs.length,
    repeated: runs.reduce((sum, times) => sum + times - 1, 0),
    gone: world.ledger.gone.count,
    simulatedMs: world.clock.elapsedMs,
    modelled,
  };
}

/** One step of a life in which anything may happen. */
async function anything(world: World, workload: Workload): Promise<void> {
  const { dice, server, faults, clock } = world;
  if (faults.happens(faults.kills)) server.kill();
  else if (faults.happens(faults.stops)) void server.stop();
  else if (faults.happens(faults.jumps)) jump(world);
  else if (dice.chance(15)) workload.act();
  else if (server.life?.clock.deferred.length && dice.chance(85)) server.life.clock.turn();
  else if (!server.life && dice.chance(50)) server.start();
  else clock.tick();
  await settle(world);
}

async function calm(world: World): Promise<void> {
  const { server, clock } = world;
  if (!server.life) server.start();
  else if (server.life.clock.deferred.length > 0) server.life.clock.turn();
  else clock.tick();
  await settle(world);
}

/** All that follows at once has followed. */
async function settle(world: World): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  const { life } = world.server;
  if (life?.serving) world.check(() => checkMemory(world, life));
  if (world.violation) throw world.violation;
}

function jump({ dice, clock, trace }: World): void {
  const ms = dice.pick([1, -1]) * dice.roll(dice.pick([1_000, 60_000, 3_600_000, 86_400_000]));
  trace(`the clock is set by ${ms} ms`);
  clock.jump(ms);
}

function atRest(world: World, workload: Workload, follower: Follower): boolean {
  const { server, ledger } = world;
  if (workload.open.size > 0 || !server.life?.serving || server.life.clock.deferred.length > 0) return false;
  const rows = world.store.query<{ count: number }>(
    `SELECT (SELECT count(*) FROM executions WHERE ended_at IS NULL) + (SELECT count(*) FROM activities)
      + (SELECT count(*) FROM deliveries) AS count`,
  );
  const { details, state } = server.life.engine.info();
  if (state !== "ready" || memory.some((name) => details[name] !== 0) || follower.missing) return false;
  return rows[0]?.count === 0 && ledger.witnesses.values().every(({ ended }) => ended);
}

/** What the engine has in memory. */
const memory = ["ready", "loaded", "activitiesRunning", "activitiesWaiting"];

function unfinished(world: World, workload: Workload, { missing }: Follower) {
  const executions = world.store.query("SELECT id, status, due FROM executions WHERE ended_at IS NULL");
  const activities = world.store.query("SELECT execution, activity, detached FROM activities");
  const deliveries = world.store.query("SELECT * FROM deliveries");
  const info = world.server.life?.engine.info();
  return {
    calls: [...workload.open],
    executions,
    activities,
    deliveries,
    info,
    timers: world.clock.waiting,
    missing,
  };
}
