import { suggest } from "./suggest.ts";
import { usageError } from "./usage-error.ts";

/** Rows by a field of their record: `field`, or `-field` for the other way round. Throws `invalid_argument`. */
export function sortRows<T>(
  rows: readonly T[],
  record: (row: T) => object,
  by: string | undefined,
): readonly T[] {
  if (by === undefined || rows.length === 0) return rows;
  const reverse = by.startsWith("-");
  const field = reverse ? by.slice(1) : by;
  const keyed = rows.map((row) => ({ row, key: (record(row) as Record<string, unknown>)[field] }));
  const known = Object.keys(record(rows[0]!));
  if (!known.includes(field)) {
    const nearest = suggest(field, known);
    const hint = nearest === undefined ? `Use one of ${known.join(", ")}` : `Did you mean "${nearest}"?`;
    throw usageError(`Unknown field "${field}" for --sort`, "get", hint);
  }
  const text = (key: unknown) => (typeof key === "string" ? key : JSON.stringify(key ?? null));
  keyed.sort((a, b) => text(a.key).localeCompare(text(b.key), "en", { numeric: true }));
  if (reverse) keyed.reverse();
  return keyed.map(({ row }) => row);
}
