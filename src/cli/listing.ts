import type { Context } from "./command.ts";
import { printRecords } from "./record.ts";
import { sortRows } from "./sorting.ts";
import { type Column, formatTable } from "./table.ts";

/** How one kind of thing is shown, in every format. */
export interface Kind<T> {
  /** In the plural, lower case. */
  readonly plural: string;
  readonly columns: readonly Column<T>[];
  readonly record: (row: T) => object;
  readonly name: (row: T) => string;
}

/** Prints a list as `-o` and `sort` (`--sort`) say; that it is empty is said on stderr. */
export async function printList<T>(
  context: Context,
  rows: readonly T[],
  kind: Kind<T>,
  sort: string | undefined,
): Promise<void> {
  const { printer, notices, globals } = context;
  const sorted = sortRows(rows, kind.record, sort);
  if (rows.length === 0) notices.info(`No ${kind.plural}`);
  if (globals.output !== "table" && globals.output !== "wide") {
    await printRecords(printer, globals.output, sorted.map(kind.record), sorted.map(kind.name));
  } else if (rows.length > 0) {
    for (const line of formatTable(kind.columns, sorted, { wide: globals.output === "wide" })) {
      printer.line(line);
    }
  }
}
