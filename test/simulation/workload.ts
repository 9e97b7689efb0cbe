import type { WorkflowDocument } from "../../src/dsl/types.ts";
import type { DefinitionSource, StartRequest } from "../../src/engine/engine.ts";
import type { Json } from "../../src/expression/json.ts";
import { Failure } from "../../src/failure.ts";
import { call } from "./client.ts";
import type { Dice } from "./dice.ts";
import { randomDefinition } from "./generator.ts";
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

/** What clients do: definitions, starts, cancellations, events, deletions, each until it is acknowledged. */
export class Workload {
  readonly asked: Asked[] = [];
  /** Calls that are not acknowledged yet. */
  readonly open = new Set<string>();
  readonly children = new Map<string, WorkflowDocument>();
  readonly #world: World;
  readonly #dice: Dice;
  #calls = 0;
  #applied = false;

  constructor(world: World, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
  }

  /** The definitions that executions run by name. */
  begin(): void {
    const calm = this.#source("c0", { confluent: true, children: [] });
    const family = this.#source("c1", { confluent: true, children: ["c0"] });
    const wild = this.#source("w0", { confluent: false, children: ["c0"] });
    for (const source of [calm, family]) {
      this.children.set(source.file, this.#world.ledger.programs.document(source.text));
    }
    this.#do("apply", async (what) => {
      await call(this.#world, what, (engine) => engine.apply([calm, family, wild], { dryRun: false }));
      this.#applied = true;
    });
  }

  /** One more thing to do. */
  act(): void {
    if (!this.#applied) return;
    const known = this.asked.filter(({ id }) => this.#world.acknowledged.has(id));
    this.#dice.weighted<() => void>([
      [this.asked.length < 8 ? 10 : 0, () => this.#start()],
      [known.length > 0 ? 1 : 0, () => this.#cancel(this.#dice.pick(known))],
      [1, () => this.#publish()],
      [known.length > 0 ? 1 : 0, () => this.#delete(this.#dice.pick(known))],
      [known.length > 0 ? 1 : 0, () => this.#startAgain(this.#dice.pick(known))],
      [1, () => this.#applyAnother()],
      [20, () => {}],
    ])();
  }

  #start(): void {
    const dice = this.#dice;
    const confluent = dice.chance(50);
    const id = `x${this.asked.length}`;
    const children = confluent ? ["c0", "c1"] : ["c0", "c1", "w0"];
    const alike = this.asked.filter((one) => one.confluent === confluent);
    const known = alike.length > 0 && dice.chance(50) ? dice.pick(alike).source : undefined;
    const source = known ?? this.#source(id, { confluent, children });
    const input = dice.pick<Json>([{ n: dice.roll(9) }, null, [1, 2], { n: 1, text: "x".repeat(500) }]);
    const request: StartRequest = { id, workflow: source, input };
    const asked: Asked = { id, request, source, confluent, cancelled: false };
    this.asked.push(asked);
    this.#do(`start ${id}`, async (what) => {
      const view = await call(this.#world, what, (engine) => engine.startExecution(request));
      must(view.id === id, "Another execution was answered", view);
      must(
        this.#world.ledger.byId(id) || this.#world.ledger.deleted.has(id),
        "Acknowledged before it was durable",
        id,
      );
      if (!this.#world.acknowledged.has(id)) this.#world.acknowledged.set(id, "started");
    });
  }

  /** The same id with the same request is the same execution, with another it is refused; deleted, the id is free. */
  #startAgain({ id, request }: Asked): void {
    const { ledger } = this.#world;
    const again = (what: string, input: Json) =>
      call(this.#world, what, async (engine) => {
        if (ledger.deleted.has(id)) return "gone";
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
    if (this.#world.ledger.deleted.has(id)) return;
    asked.cancelled = true;
    this.#do(`cancel ${id}`, async (what) => {
      await call(this.#world, what, (engine) => engine.cancelExecution(id)).catch(gone);
      if (this.#world.ledger.deleted.has(id)) return;
      this.#world.acknowledged.set(id, "cancelled");
      must(this.#world.ledger.byId(id)?.ended, "A cancellation was acknowledged before it was durable", id);
    });
  }

  #delete({ id }: Asked): void {
    const witness = this.#world.ledger.byId(id);
    if (!witness?.ended) return;
    this.#world.ledger.deleted.add(id);
    this.#do(`delete ${id}`, async (what) => {
      await call(this.#world, what, (engine) => engine.deleteExecution(id)).catch(gone);
      const rows = this.#world.store.query("SELECT 1 FROM executions WHERE id = ?", id);
      must(rows.length === 0, "A deletion was acknowledged before it was durable", id);
    });
  }

  #publish(): void {
    const number = this.#calls;
    const events = Array.from({ length: 1 + this.#dice.roll(3) }, (_, index) => ({
      specversion: "1.0",
      id: `p${number}-${index}`,
      source: "/test",
      type: "test.published",
    }));
    this.#do(`publish p${number}`, async (what) => {
      await call(this.#world, what, (engine) => engine.publish(events));
      for (const { source, id } of events) {
        must(
          this.#world.ledger.holdsEvent(source, id),
          "An event was acknowledged before it was durable",
          id,
        );
        this.#world.published.push({ source, id });
      }
    });
  }

  /** Another definition under the same name: what runs goes on with its own. */
  #applyAnother(): void {
    const wild = this.#source("w0", { confluent: false, children: ["c0"] });
    this.#do("apply w0", async (what) => {
      await call(this.#world, what, (engine) => engine.apply([wild], { dryRun: false }));
    });
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

/** The execution was deleted before: by this call, whose answer was lost, or by another. */
function gone(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== "not_found") throw error;
}
