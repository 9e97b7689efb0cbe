import type { Calls } from "./calls.ts";
import { type CatalogEntry, catalogKey, names } from "./protocol.ts";

/**
 * Which definitions there are, as of the moment of asking. The catalog is asked only when it has changed since it was asked
 * last, which Temporal knows without a worker; and those who ask meanwhile share the answer to the next question.
 */
export class CatalogIndex {
  readonly #calls: Calls;
  #known: { readonly version: string; readonly entries: readonly CatalogEntry[] } | undefined;
  #reading: Promise<readonly CatalogEntry[]> | undefined;
  #next: Promise<readonly CatalogEntry[]> | undefined;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** A list of the caller's own. */
  async entries(): Promise<CatalogEntry[]> {
    return [...(await this.#shared())];
  }

  /** One that is under way may have been answered before the change that the caller knows of. */
  #shared(): Promise<readonly CatalogEntry[]> {
    if (!this.#reading) {
      this.#reading = this.#read().finally(() => {
        this.#reading = undefined;
      });
      return this.#reading;
    }
    const again = () => {
      this.#next = undefined;
      return this.#shared();
    };
    this.#next ??= this.#reading.then(again, again);
    return this.#next;
  }

  async #read(): Promise<readonly CatalogEntry[]> {
    const { namespace, taskQueue } = this.#calls;
    const execution = { workflowId: catalogKey(taskQueue) };
    const found = await this.#calls.find(({ connection }) =>
      connection.workflowService.describeWorkflowExecution({ namespace, execution }),
    );
    if (!found) return [];
    const { execution: run, historyLength } = found.workflowExecutionInfo ?? {};
    const version = `${run?.runId} ${historyLength}`;
    if (this.#known?.version === version) return this.#known.entries;
    const entries = await this.#calls.find(({ client }) =>
      client.workflow.getHandle(execution.workflowId).query<CatalogEntry[]>(names.entries),
    );
    this.#known = { version, entries: entries ?? [] };
    return this.#known.entries;
  }
}
