import { formatDiagnostic } from "../dsl/definition.ts";
import type { Diagnostic } from "../dsl/diagnostic.ts";
import type { Notices } from "./notices.ts";
import type { Style } from "./style.ts";
import { printable } from "./wire.ts";

/** Shows what is wrong in definitions on stderr; `-q` hides warnings. */
export function showDiagnostics(diagnostics: readonly Diagnostic[], notices: Notices, style: Style): void {
  for (const diagnostic of diagnostics) {
    const isError = diagnostic.severity === "error";
    const mark = isError ? style.red : style.yellow;
    const { file, message } = diagnostic;
    const text = formatDiagnostic({ ...diagnostic, file: printable(file), message: printable(message) })
      .replace(/: (?:error|warning): /, (severity) => mark(severity))
      .replace(/^( +)(\^+)$/m, (_, indent: string, marks: string) => indent + mark(marks));
    if (isError) notices.error(text);
    else notices.warn(text);
  }
}
