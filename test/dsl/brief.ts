import { parseDefinitions } from "../../src/dsl/definition.ts";
import type { Diagnostic } from "../../src/dsl/diagnostic.ts";

/** The beginning of a definition in four lines; what follows begins on line 5. */
export const head = [
  "document:",
  "  { dsl: 1.0.3, namespace: test,",
  "    name: sample,",
  "    version: 1.0.0 }",
  "",
].join("\n");

/** Diagnostics in few words: `line:column+length message — hint`, a warning with a `?` in front. */
export function brief(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ severity, line, column, length, message, hint }) => {
    const mark = severity === "warning" ? "?" : "";
    return `${mark}${line}:${column}+${length} ${message}${hint === undefined ? "" : ` — ${hint}`}`;
  });
}

export function diagnose(text: string | Uint8Array): string[] {
  return brief(parseDefinitions("sample.yaml", text).diagnostics);
}
