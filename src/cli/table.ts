import { formatDuration } from "./duration.ts";
import { printable } from "./wire.ts";

export interface Column<T> {
  readonly title: string;
  /** Only with `-o wide`. */
  readonly wide?: boolean;
  /** Left out where no row has anything for it. */
  readonly optional?: boolean;
  readonly cell: (row: T) => string;
  /** Colors, which take no room. */
  readonly style?: (text: string, row: T) => string;
}

/** Aligned lines with a head of titles; the last column is not padded. */
export function formatTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  options: { readonly wide: boolean; readonly titles?: boolean },
): string[] {
  const shown = columns
    .filter((column) => options.wide || !column.wide)
    .filter((column) => !column.optional || rows.some((row) => column.cell(row) !== ""));
  const cells = rows.map((row) => shown.map((column) => printable(column.cell(row))));
  const titles = shown.map(({ title }) => title);
  const widths = shown.map((_, index) =>
    Math.max(...[titles, ...cells].map((line) => Bun.stringWidth(line[index]!))),
  );
  const pad = (text: string, index: number) =>
    index === shown.length - 1 ? "" : " ".repeat(widths[index]! - Bun.stringWidth(text) + 2);
  const body = cells.map((line, row) =>
    line
      .map((text, index) => (shown[index]!.style?.(text, rows[row]!) ?? text) + pad(text, index))
      .join("")
      .trimEnd(),
  );
  if (options.titles === false) return body;
  return [titles.map((text, index) => text + pad(text, index)).join(""), ...body];
}

/** How long ago, e.g. `3m ago`; `-` when it never was. */
export function age(atMs: number | undefined, nowMs: number): string {
  if (atMs === undefined) return "-";
  return nowMs - atMs < 1000 ? "just now" : `${formatDuration(nowMs - atMs)} ago`;
}
