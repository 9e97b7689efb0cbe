import type { ExecutionStatus } from "../../workflow/lifecycle.ts";

/** How many executions have not ended, by status. */
export class Counts {
  readonly #counts: Map<ExecutionStatus, number>;
  #total: number;

  constructor(counts: Map<ExecutionStatus, number>) {
    this.#counts = counts;
    this.#total = counts.values().reduce((sum, count) => sum + count, 0);
  }

  get total(): number {
    return this.#total;
  }

  /** An execution went from one status to another; undefined stands for not there, or ended. */
  change(from: ExecutionStatus | undefined, to: ExecutionStatus | undefined): void {
    if (from === to) return;
    this.#add(from, -1);
    this.#add(to, 1);
  }

  toObject(): Partial<Record<ExecutionStatus, number>> {
    return Object.fromEntries([...this.#counts].filter(([, count]) => count > 0));
  }

  #add(status: ExecutionStatus | undefined, count: number): void {
    if (status === undefined) return;
    this.#total += count;
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + count);
  }
}
