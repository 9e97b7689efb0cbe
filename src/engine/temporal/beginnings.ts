import type { Json } from "../../expression/json.ts";
import type { ExecutionMemo, StoredSource } from "./protocol.ts";

/** What an execution was started with: it never changes. */
export interface Beginning {
  readonly id: string;
  readonly firstRunId: string;
  readonly memo: ExecutionMemo;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly input: Json;
  readonly source: StoredSource;
}

/** Characters of inputs and definitions that are kept, and executions. */
const most = { characters: 16_000_000, executions: 2_000 };

/** Beginnings that this server made or read lately, so that it need not ask for them. */
export class Beginnings {
  readonly #kept = new Map<string, { readonly beginning: Beginning; readonly characters: number }>();
  #characters = 0;

  /** `inputText` is the input as JSON text. */
  add(beginning: Beginning, inputText: string): void {
    this.delete(beginning.id);
    const characters = inputText.length + beginning.source.text.length;
    this.#kept.set(beginning.id, { beginning, characters });
    this.#characters += characters;
    for (const id of this.#kept.keys()) {
      if (this.#characters <= most.characters && this.#kept.size <= most.executions) return;
      this.delete(id);
    }
  }

  get(id: string): Beginning | undefined {
    return this.#kept.get(id)?.beginning;
  }

  delete(id: string): void {
    this.#characters -= this.#kept.get(id)?.characters ?? 0;
    this.#kept.delete(id);
  }
}
