import { Failure } from "../../failure.ts";

/**
 * What a row said when it was written, in 32 bits. SQLite notices when the structure of its file is damaged, and not when a
 * value is: that would be another event, input or output, in silence.
 */
export function sumOf(...values: readonly (string | number | null)[]): number {
  return Bun.hash.crc32(values.join("\n")) | 0;
}

/** Whether a row is what was written. Rows of earlier versions have no sum. */
export function isWhole(sum: number | null, ...values: readonly (string | number | null)[]): boolean {
  return sum === null || sum === sumOf(...values);
}

const reason = "data-damaged";

/** One execution is concerned, and no other. */
export function damaged(what: string): Failure {
  return new Failure("data_loss", `${what} is damaged: the store does not hold what was written to it`, {
    reason,
    hint: "Restore a backup, or delete the execution; others are not affected. Have a look at the disk",
  });
}

/** Whether a value is damaged, as opposed to the structure of the store. */
export function isDamaged(error: unknown): error is Failure {
  return error instanceof Failure && error.reason === reason;
}
