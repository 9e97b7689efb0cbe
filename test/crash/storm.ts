import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientsOf } from "../../src/client/rpc.ts";
import { locateHome } from "../../src/config/home.ts";
import type { Place } from "../cli/pawl.ts";
import { Dice } from "../simulation/dice.ts";
import { mixed, nameOf, urlsOf } from "./mixed.ts";
import { startToll } from "./toll.ts";

export interface StormOptions {
  readonly executions: number;
  readonly kills: number;
  readonly seed: number;
}

/** What a storm did, and what of it should not have been. */
export interface Aftermath {
  readonly ended: ReadonlyMap<string, string>;
  /** How many had not ended, at each kill. */
  readonly live: readonly number[];
  /** Acknowledged, and not in the store of a killed server. */
  readonly lost: readonly string[];
  /** Activities that ran again although their result was in the store. */
  readonly repeated: readonly string[];
  /** Activities that ran again because they were in flight. */
  readonly duplicates: number;
  /** Requests whose key changed from one run to the next. */
  readonly rekeyed: readonly string[];
  /** What nobody asked for although it should have been. */
  readonly missing: readonly string[];
}

/** Many executions of mixed kinds on one server, which is killed again and again in the middle of them. */
export async function storm(place: Place, options: StormOptions): Promise<Aftermath> {
  const dice = new Dice(options.seed);
  const toll = startToll();
  await place.file("mixed.yaml", mixed(toll.origin));
  let server = await place.serve();
  const applied = await place.pawl(["apply", "mixed.yaml"]);
  if (applied.code !== 0) throw new Error(applied.stderr);
  const ids = Array.from({ length: options.executions }, (_, n) => `storm-${n}`);
  const starts = new Starts(place.home, ids);
  const lost: string[] = [];
  const live: number[] = [];
  const total = ids.reduce((sum, id) => sum + urlsOf(id).length, 0);
  const instants = Array.from({ length: options.kills }, () =>
    Math.floor(total * (0.02 + dice.roll(8_000) / 10_000)),
  );
  // The first while they are being started, and nobody is answered; from the next on all of them are there.
  const [early = 0, ...later] = instants.sort((a, b) => a - b);
  for (const instant of [Math.min(early, ids.length / 2), ...later]) {
    if (live.length === 0) await starts.reached(instant);
    else {
      await starts.done;
      toll.open();
      await toll.reached(instant);
    }
    const known = [...starts.acknowledged];
    server.kill("SIGKILL");
    await server.exited;
    const { executions, completed, unfinished } = inspect(locateHome(place.home).data);
    live.push(unfinished);
    lost.push(...known.filter((id) => !executions.has(id)));
    toll.killed(completed);
    server = await place.serve();
    starts.goOn();
  }
  toll.release();
  await starts.done;
  const ended = await ends(place.home, new Set(ids));
  toll.stop();
  const urls = new Set(ids.flatMap(urlsOf));
  const { repeated, rekeyed, seen, duplicates } = toll;
  return {
    ended,
    live,
    lost,
    repeated,
    rekeyed,
    duplicates,
    missing: [...urls].filter((url) => !seen.has(url)),
  };
}

/** Starts everything, each until it is acknowledged, whatever happens to the server meanwhile. */
class Starts {
  readonly acknowledged = new Set<string>();
  readonly done: Promise<unknown>;
  readonly #clients;
  readonly #milestones = new Map<number, () => void>();
  #waiting: (() => void)[] = [];

  constructor(home: string, ids: readonly string[]) {
    this.#clients = clientsOf(locateHome(home));
    const left = [...ids];
    this.done = Promise.all(Array.from({ length: 16 }, () => this.#work(left)));
  }

  /** There is a server again. */
  goOn(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves once so many are acknowledged. */
  reached(count: number): Promise<void> {
    if (this.acknowledged.size >= count) return Promise.resolve();
    return new Promise((resolve) => this.#milestones.set(Math.ceil(count), resolve));
  }

  async #work(left: string[]): Promise<void> {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      while (!(await this.#start(id))) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.acknowledged.add(id);
      this.#milestones.get(this.acknowledged.size)?.();
    }
  }

  async #start(id: string): Promise<boolean> {
    const workflow = { namespace: "default", name: nameOf(id), version: "" };
    const what = { case: "workflow", value: workflow } as const;
    return this.#clients.executions.start({ id, what, input: "{}" }).then(
      () => true,
      () => false,
    );
  }
}

/** The store as it is on disk the moment after the kill, looked at in a copy. */
function inspect(data: string) {
  const folder = mkdtempSync(join(tmpdir(), "pawl-storm-"));
  const path = join(folder, "copy.db");
  copyFileSync(join(data, "pawl.db"), path);
  if (existsSync(join(data, "pawl.db-wal"))) copyFileSync(join(data, "pawl.db-wal"), `${path}-wal`);
  const database = new Database(path, { strict: true });
  const texts = (sql: string) =>
    new Set(
      database
        .query<{ text: string }, []>(sql)
        .all()
        .map(({ text }) => text),
    );
  const executions = texts("SELECT id AS text FROM executions");
  const completed = texts(
    `SELECT e.id || '/' || (j.event ->> 'activity') AS text FROM journal j JOIN executions e ON e.key = j.execution
     WHERE j.event ->> 'type' IN ('activity-completed', 'activity-failed')`,
  );
  const unfinished = texts("SELECT id AS text FROM executions WHERE ended_at IS NULL").size;
  database.close();
  rmSync(folder, { recursive: true });
  return { executions, completed, unfinished };
}

/** Resolves once all of them have ended, with how each did. */
async function ends(home: string, ids: ReadonlySet<string>): Promise<Map<string, string>> {
  const ended = new Map<string, string>();
  const controller = new AbortController();
  const request = { id: "", cursor: "", follow: true };
  for await (const { item } of clientsOf(locateHome(home)).executions.events(request, {
    signal: controller.signal,
  })) {
    if (item.case !== "event") continue;
    const { subject, type } = JSON.parse(item.value) as { subject: string; type: string };
    const end = /workflow\.(completed|faulted|cancelled)\./.exec(type)?.[1];
    if (end && ids.has(subject)) ended.set(subject, end);
    if (ended.size === ids.size) break;
  }
  controller.abort();
  return ended;
}
