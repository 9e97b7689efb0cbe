import { expect, test } from "bun:test";
import { formatDiagnostic, parseDefinitions } from "../../src/dsl/definition.ts";
import type { Diagnostic } from "../../src/dsl/diagnostic.ts";
import { head } from "./brief.ts";

const diagnostic: Diagnostic = {
  severity: "error",
  file: "flow.yaml",
  line: 12,
  column: 7,
  message: 'Unknown key "methd" in "with"',
  hint: 'Did you mean "method"?',
  source: "      methd: get",
  length: 5,
};

test("a diagnostic is shown with its line, a caret under all of it, and what to do", () => {
  expect(formatDiagnostic(diagnostic)).toBe(
    [
      'flow.yaml:12:7: error: Unknown key "methd" in "with"',
      "  12 |       methd: get",
      "             ^^^^^",
      '  hint: Did you mean "method"?',
    ].join("\n"),
  );
});

test("without a hint and without a source line there are none", () => {
  const { hint: _, ...bare } = diagnostic;
  expect(formatDiagnostic({ ...bare, severity: "warning", source: "" })).toBe(
    'flow.yaml:12:7: warning: Unknown key "methd" in "with"',
  );
});

test("tabs are kept in front of the caret, wide characters count twice, combining ones not at all", () => {
  const caret = (source: string, column: number, length: number) =>
    formatDiagnostic({ ...diagnostic, source, column, length }).split("\n")[2];
  expect(caret("\t\ta: b", 3, 1)).toBe("       \t\t^");
  expect(caret("日本: 語", 5, 1)).toBe(`       ${" ".repeat(6)}^^`);
  expect(caret("e\u0301x: y", 3, 1)).toBe("        ^");
  expect(caret("\u{1f600}: y", 4, 1)).toBe(`       ${" ".repeat(4)}^`);
});

test("of a very long line only the part around the place is shown, with the caret in it", () => {
  const json = JSON.stringify({ a: "x".repeat(5000), document: 1, b: "y".repeat(5000) });
  const [first] = parseDefinitions("a.json", json).diagnostics.filter(({ message }) =>
    message.includes("document"),
  );
  const [, source = "", caret = ""] = formatDiagnostic(first!).split("\n");
  expect(source.length).toBeLessThan(250);
  const { diagnostics } = parseDefinitions("a.json", json);
  const wrong = diagnostics.find(({ message }) => message.startsWith('"document" must be'))!;
  const lines = formatDiagnostic(wrong).split("\n");
  expect(lines[1]?.[lines[2]!.indexOf("^")]).toBe("1");
  expect(caret).toContain("^");
});

test("a caret never runs past the end of its line", () => {
  const { diagnostics } = parseDefinitions(
    "a.yaml",
    `${head}do:\n- a: { wait: |\n    nonsense\n    more }\n}\n`,
  );
  for (const each of diagnostics) expect(each.length).toBeLessThanOrEqual([...each.source].length);
});
