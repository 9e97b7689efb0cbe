import type { OutputFormat } from "./globals.ts";
import type { Printer } from "./printer.ts";

/** Prints one object as `-o` says; `name` prints the name alone. Tables are the caller's own. */
export async function printRecord(
  printer: Printer,
  format: OutputFormat,
  record: unknown,
  name: string,
): Promise<void> {
  if (format === "name") printer.line(name);
  else if (format === "jsonl") printer.line(JSON.stringify(record));
  else if (format === "yaml") printer.line(await toYaml(record));
  else printer.line(JSON.stringify(record, undefined, 2));
}

/** Prints a list as `-o` says: `json` an array, `jsonl` one item per line, `yaml` a sequence, `name` names. */
export async function printRecords(
  printer: Printer,
  format: OutputFormat,
  records: readonly unknown[],
  names: readonly string[],
): Promise<void> {
  if (format === "name") for (const name of names) printer.line(name);
  else if (format === "jsonl") for (const record of records) printer.line(JSON.stringify(record));
  else await printRecord(printer, format, records, "");
}

async function toYaml(value: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
}
