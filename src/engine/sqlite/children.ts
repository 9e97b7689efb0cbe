import { createHash } from "node:crypto";
import { standardError, type WorkflowError } from "../../dsl/error.ts";
import { Failure } from "../../failure.ts";
import type { Command } from "../../workflow/command.ts";
import type { EventBody } from "../../workflow/event.ts";
import { Revision } from "../request/revision.ts";
import { childTrace } from "../request/trace.ts";
import type { Catalog } from "./catalog.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Executions } from "./executions.ts";
import { due, type Live, type Mail, type Origin } from "./live.ts";
import { isStoreFailure } from "./store.ts";

type StartChild = Extract<Command, { type: "start-child" }>;

/** What is to be handed over once the commit is done. */
export type Handover = {
  readonly execution: number;
  readonly mail: Mail;
  /** A new execution, which is pending until its turn. */
  readonly born?: true;
};

/**
 * Executions that executions start. All methods write, within a transaction, and answer what follows from it.
 */
export class Children {
  readonly #executions: Executions;
  readonly #catalog: Catalog;
  readonly #deliveries: Deliveries;
  readonly #depth: number;

  constructor(executions: Executions, catalog: Catalog, deliveries: Deliveries, depth: number) {
    this.#executions = executions;
    this.#catalog = catalog;
    this.#deliveries = deliveries;
    this.#depth = depth;
  }

  /** The child's row, so that it begins when it is its turn; or the news that it cannot be started. */
  start(parent: Live, origin: Origin, command: StartChild, at: number, seed: number): Handover | undefined {
    const id = childId(origin.id, command.child);
    const found = this.#find(command, origin, id);
    if (!(found instanceof Revision)) {
      if (!command.await) return undefined;
      const outcome = { status: "faulted", error: found } as const;
      return this.deliver(parent.key, { type: "child-ended", child: command.child, outcome });
    }
    const key = this.#executions.nextKey();
    const linked = command.await
      ? { parentKey: parent.key, child: command.child }
      : { parentKey: null, child: null };
    const depth = origin.depth + 1;
    const input = JSON.stringify(command.input ?? null);
    const trace = origin.trace === null ? null : childTrace(origin.trace, id);
    const row = {
      key,
      id,
      startedAt: at,
      seed,
      request: "",
      parent: origin.id,
      ...linked,
      depth,
      input,
      trace,
    };
    const standing = { status: "pending", due: true, endedAt: null, outcome: undefined } as const;
    this.#executions.insert(row, this.#catalog.keep(found), standing);
    return { execution: key, mail: due, born: true };
  }

  cancel(origin: Origin, child: string): Handover | undefined {
    const row = this.#executions.byId(childId(origin.id, child));
    if (!row || row.ended_at !== null) return undefined;
    return this.deliver(row.key, { type: "cancel-requested" });
  }

  deliver(execution: number, event: EventBody): Handover {
    return { execution, mail: { event, delivery: this.#deliveries.insert(execution, event) } };
  }

  #find({ workflow, task }: StartChild, origin: Origin, id: string): Revision | WorkflowError {
    const fault = (detail: string) => standardError("configuration", detail, { instance: task });
    const { namespace, name, version } = workflow;
    const found = this.#catalog.find(workflow);
    if (!found)
      return fault(`There is no workflow "${namespace}/${name}" in version "${version}": apply it first`);
    const revision = this.#runnable(found.hash);
    if (revision instanceof Failure) return fault(revision.message);
    if (origin.depth >= this.#depth) {
      return fault(`Workflows run workflows more than ${this.#depth} levels deep`);
    }
    if (this.#executions.byId(id)) return fault(`The child's id "${id}" is taken by another execution`);
    return revision;
  }

  #runnable(hash: string): Revision | Failure {
    try {
      const revision = this.#catalog.byHash(hash);
      return revision.program && revision;
    } catch (error) {
      if (error instanceof Failure && !isStoreFailure(error)) return error;
      throw error;
    }
  }
}

/** The same for every run of the same command, and no longer than an id may be. */
export function childId(parent: string, child: string): string {
  const digest = createHash("sha256").update(`${parent}/${child}`).digest("hex").slice(0, 16);
  return `${parent.slice(0, 96)}-${digest}`;
}
