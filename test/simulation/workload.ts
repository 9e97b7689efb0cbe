import type { WorkflowDocument } from "../../src/dsl/types.ts";
import type { DefinitionSource, StartRequest } from "../../src/engine/engine.ts";
import type { Json } from "../../src/expression/json.ts";
import { Failure } from "../../src/failure.ts";
import { call } from "./client.ts";
import type { Dice } from "./dice.ts";
import { followOne } from "./follower.ts";
import { randomDefinition } from "./generator.ts";
import { type Heritage, promisesOf } from "./heritage.ts";
import { look } from "./looks.ts";
import { must, Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** An execution that was asked for. */
export interface Asked {
  readonly id: string;
  readonly request: StartRequest;
  readonly source: DefinitionSource;
  readonly confluent: boolean;
  /** Whether somebody asked for its end as well. */
  cancelled: boolean;
}

/** What clients do: definitions, secrets, starts, cancellations, events, deletions, each until it is acknowledged. */
export class Workload {
  readonly asked: Asked[] = [];
  /** Calls that are not acknowledged yet. */
  readonly open = new Set<string>();
  readonly children = new Map<string, WorkflowDocument>();
  /** A backup that was made on the way. */
  backup: Heritage | undefined;
  readonly #world: World;
  readonly #dice: Dice;
  readonly #prefix: string;
  /** Secrets that somebody is changing: one at a time. */
  readonly #changing = new Set<string>();
  #calls = 0;
  #started = 0;
  #applied = false;

  constructor(world: World, dice: Dice, prefix = "x") {
    this.#world = world;
    this.#dice = dice;
    this.#prefix = prefix;
  }

  /** What clients of another server did, as far as this one's store knows of it. */
  inherit({ asked, children }: Workload): void {
    for (const [name, document] of children) this.children.set(name, document);
    const known = asked.filter(({ id }) => this.#world.ledger.byId(id));
    this.asked.push(...known.map((one) => ({ ...one })));
    this.#applied = true;
  }

  /** The definitions that executions run by name, and the secret that is always there. */
  begin(): void {
    const calm = this.#source("c0", { confluent: true, children: [] });
    const family = this.#source("c1", { confluent: true, children: ["c0"] });
    const wild = this.#source("w0", { confluent: false, children: ["c0"] });
    for (const source of [calm, family]) {
      this.children.set(source.file, this.#world.ledger.programs.document(source.text));
    }
    this.#do("apply", async (what) => {
      await call(this.#world, what, (engine) => engine.apply([calm, family, wild], { dryRun: false }));
      await this.#setSecret("s0", what);
      this.#applied = true;
    });
  }

  /** One more thing to do. */
  act(): void {
    if (!this.#applied) return;
    const known = this.asked.filter(({ id }) => this.#world.acknowledged.has(id));
    const some = known.length > 0 ? 1 : 0;
    this.#dice.weighted<() => void>([
      [this.#started < 8 ? 10 : 0, () => this.#start()],
      [some, () => this.#cancel(this.#dice.pick(known))],
      [1, () => this.#publish()],
      [some, () => this.#delete(this.#dice.pick(known))],
      [some, () => this.#startAgain(this.#dice.pick(known))],
      [1, () => this.#applyAnother()],
      [1, () => this.#changeSecret()],
      [this.backup ? 0 : 1, () => this.#backUp()],
      [some, () => this.#follow(this.#dice.pick(known))],
      [some, () => this.#look(this.#dice.pick(known))],
      [20, () => {}],
    ])();
  }

  #start(): void {
    const dice = this.#dice;
    const confluent = dice.chance(50);
    const id = `${this.#prefix}${this.#started++}`;
    const children = confluent ? ["c0", "c1"] : ["c0", "c1", "w0"];
    const alike = this.asked.filter((one) => one.confluent === confluent);
    const known = alike.length > 0 && dice.chance(50) ? dice.pick(alike).source : undefined;
    const source = known ?? this.#source(id, { confluent, children });
    const input = dice.pick<Json>([{ n: dice.roll(9) }, null, [1, 2], { n: 1, text: "x".repeat(500) }]);
    const request: StartRequest = { id, workflow: source, input };
    const asked: Asked = { id, request, source, confluent, cancelled: false };
    this.asked.push(asked);
    this.#do(`start ${id}`, async (what) => {
      const { ledger, acknowledged } = this.#world;
      const view = await call(this.#world, what, (engine) => engine.startExecution(request), true);
      must(view.id === id, "Another execution was answered", view);
      must(ledger.byId(id) || ledger.gone.has(id), "Acknowledged before it was durable", id);
      if (!acknowledged.has(id)) acknowledged.set(id, "started");
    });
  }

  /** The same id with the same request is the same execution, with another it is refused; deleted, the id is free. */
  #startAgain({ id, request }: Asked): void {
    const { ledger } = this.#world;
    const again = (what: string, input: Json) =>
      call(this.#world, what, async (engine) => {
        if (ledger.gone.has(id)) return "gone";
        const known = (error: unknown) => {
          if (error instanceof Failure && error.code === "already_exists") return "refused" as const;
          throw error;
        };
        return engine.startExecution({ ...request, input }).then(() => "there" as const, known);
      });
    this.#do(`start ${id} again`, async (what) => {
      must((await again(what, request.input)) !== "refused", "The same request was refused", id);
      const other = await again(`${what} with other input`, "another");
      must(other !== "there", "An id was given to two requests", id);
    });
  }

  #cancel(asked: Asked): void {
    const { id } = asked;
    const { ledger, acknowledged } = this.#world;
    if (ledger.gone.has(id)) return;
    asked.cancelled = true;
    this.#do(`cancel ${id}`, async (what) => {
      await call(this.#world, what, (engine) => engine.cancelExecution(id), true).catch(unknown);
      if (ledger.gone.has(id)) return;
      acknowledged.set(id, "cancelled");
      must(ledger.byId(id)?.ended, "A cancellation was acknowledged before it was durable", id);
    });
  }

  #delete({ id }: Asked): void {
    const { ledger, store } = this.#world;
    const witness = ledger.byId(id);
    if (!witness?.ended) return;
    ledger.gone.doom(witness);
    this.#do(`delete ${id}`, async (what) => {
      await call(this.#world, what, (engine) => engine.deleteExecution(id)).catch(unknown);
      const rows = store.query("SELECT 1 FROM executions WHERE id = ?", id);
      must(rows.length === 0, "A deletion was acknowledged before it was durable", id);
    });
  }

  /** New events, at times one of them twice, or one that was there before: it is kept once. */
  #publish(): void {
    const { ledger, published } = this.#world;
    const number = this.#calls;
    const made = Array.from({ length: 1 + this.#dice.roll(3) }, (_, index) => ({
      specversion: "1.0",
      id: `p${this.#prefix}${number}-${index}`,
      source: "/test",
      type: "test.published",
    }));
    const twice = this.#dice.chance(30) ? [made[0]!] : [];
    const before = published.length > 0 && this.#dice.chance(30) ? [this.#dice.pick(published)] : [];
    const events = [...made, ...twice, ...before.map((old) => ({ ...made[0]!, ...old, data: "other" }))];
    const most = new Set(events.map(({ id }) => id)).size;
    this.#do(`publish p${number}`, async (what) => {
      const stored = await call(this.#world, what, (engine) => engine.publish(events), true);
      must(stored <= most, "An event was taken for new twice", { stored, most });
      for (const { source, id } of events) {
        must(ledger.keepsEvent(source, id), "An event was acknowledged before it was durable", id);
        published.push({ source, id });
      }
    });
  }

  /** Another definition under the same name, or none: what runs goes on with its own. */
  #applyAnother(): void {
    const wild = this.#source("w0", { confluent: false, children: ["c0"] });
    const removed = this.#dice.chance(20);
    this.#do(removed ? "delete w0" : "apply w0", async (what) => {
      const ref = { namespace: "test", name: "w0" };
      if (removed) await call(this.#world, what, (engine) => engine.deleteWorkflow(ref)).catch(unknown);
      await call(this.#world, what, (engine) => engine.apply([wild], { dryRun: false }));
    });
  }

  #changeSecret(): void {
    const name = this.#dice.pick(["s0", "s1"]);
    const removed = name === "s1" && this.#dice.chance(40);
    if (this.#changing.has(name)) return;
    this.#do(removed ? `delete the secret ${name}` : `set the secret ${name}`, (what) =>
      removed ? this.#deleteSecret(name, what) : this.#setSecret(name, what),
    );
  }

  async #setSecret(name: string, what: string): Promise<void> {
    const { secrecy } = this.#world;
    const value = secrecy.issue();
    this.#changing.add(name);
    secrecy.begin(name);
    await call(this.#world, what, (engine) => engine.secrets.set(name, value));
    secrecy.end(name, value);
    this.#changing.delete(name);
  }

  async #deleteSecret(name: string, what: string): Promise<void> {
    const { secrecy } = this.#world;
    this.#changing.add(name);
    secrecy.begin(name);
    await call(this.#world, what, (engine) => engine.secrets.delete(name)).catch(unknown);
    secrecy.end(name, null);
    this.#changing.delete(name);
  }

  #backUp(): void {
    let attempts = 0;
    const heritage = promisesOf(this.#world);
    this.#do("back up", async (what) => {
      let path = "";
      const { signal } = new AbortController();
      await call(this.#world, what, (engine) => {
        path = `${what}-${attempts++}`;
        return engine.backup(path, signal);
      });
      this.backup ??= heritage(path);
    });
  }

  #follow({ id }: Asked): void {
    this.#do(`follow ${id}`, () => followOne(this.#world, id));
  }

  #look({ id }: Asked): void {
    this.#do(`look at ${id}`, (what) => look(this.#world, what, id).catch(unknown));
  }

  #source(name: string, options: { confluent: boolean; children: readonly string[] }): DefinitionSource {
    const depth = this.#dice.pick([1, 1, 2, 2, 3]);
    const document = { dsl: "1.0.3", namespace: "test", name, version: "1.0.0" };
    const body = randomDefinition(this.#dice, { ...options, depth });
    return { file: name, text: JSON.stringify({ document, ...body }) };
  }

  #do(name: string, work: (what: string) => Promise<void>): void {
    const what = `${name} #${++this.#calls}`;
    this.open.add(what);
    this.#world.trace(`a client begins to ${what}`);
    work(what).then(
      () => {
        this.open.delete(what);
        this.#world.trace(`acknowledged: ${what}`);
      },
      (error) => {
        const violation =
          error instanceof Violation ? error : new Violation(`"${what}" failed: ${error.stack}`);
        this.#world.violation ??= violation;
      },
    );
  }
}

/** It was deleted before: by this call, whose answer was lost, or by another. */
function unknown(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== "not_found") throw error;
}
