import { Failure } from "../../failure.ts";

/**
 * Names a record: its instant, its number in its execution, and the execution. As text it sorts by time over all
 * executions, and by number within one, whose time never runs backwards.
 */
export function formatCursor(at: number, number: number, execution: string): string {
  return `${String(at).padStart(15, "0")}-${String(number).padStart(9, "0")}-${execution}`;
}

/** The empty cursor stands before all records. Throws `invalid_argument` for anything that `formatCursor` did not make. */
export function parseCursor(cursor: string): { readonly number: number } {
  if (cursor === "") return { number: -1 };
  const parts = /^\d{15}-(\d{9})-[A-Za-z0-9_-]{1,128}$/.exec(cursor);
  if (parts) return { number: Number(parts[1]) };
  throw new Failure("invalid_argument", `"${cursor.slice(0, 64)}" is not a cursor`, {
    reason: "bad-cursor",
    hint: "Use the cursor of a record as it was answered",
  });
}

/** ms since the epoch, of a cursor that `parseCursor` takes. */
export function instantOfCursor(cursor: string): number {
  return cursor === "" ? 0 : Number(cursor.slice(0, 15));
}
