import { type Document, isScalar } from "yaml";
import type { Json } from "../expression/json.ts";
import { checkDocument } from "./check/document.ts";
import type { Definition, ParseResult } from "./definition.ts";
import { digest } from "./digest.ts";
import { decode } from "./source/decode.ts";
import { Findings } from "./source/finding.ts";
import { nameSpan, placeAt } from "./source/place.ts";
import { Source } from "./source/source.ts";
import { readStream } from "./source/stream.ts";
import { buildTree, type Tree } from "./source/tree.ts";
import { yamlFinding } from "./source/yaml-error.ts";
import type { WorkflowDocument } from "./types.ts";

/**
 * Parses and validates one file: YAML or JSON, one or several documents. Never throws: not YAML, too large, too deep,
 * exploding aliases, invalid UTF-8, unknown keys, `then` to nowhere… are diagnostics. Bounds: 4 MiB of text,
 * 500,000 tokens, 256 documents, 200 levels, 100 aliases.
 */
export function parseDefinitions(file: string, input: string | Uint8Array): ParseResult {
  const decoded = decode(input);
  if (decoded.text === undefined) {
    const end = decoded.prefix.length;
    const finding = {
      severity: "error",
      start: end,
      end,
      message: decoded.message,
      hint: decoded.hint,
    } as const;
    return { definitions: [], diagnostics: [new Source(file, decoded.prefix).diagnostic(finding)] };
  }
  const source = new Source(file, decoded.text);
  const stream = readStream(decoded.text);
  if (stream.refusal !== undefined) {
    return { definitions: [], diagnostics: [source.diagnostic({ severity: "error", ...stream.refusal })] };
  }
  const definitions: Definition[] = [];
  const findings = new Findings(source);
  let end = 0;
  for (const document of stream.documents) {
    const start = end;
    end = document.range[2];
    if (isEmpty(document)) continue;
    const tree = checkTree(document, findings);
    if (tree !== undefined)
      definitions.push(definition(source, tree, documentText(decoded.text, start, end)));
  }
  if (definitions.length === 0 && !findings.failed) {
    const hint = 'A definition begins with "document:" and "do:"';
    findings.error({ start: 0, end: 0 }, "There is no definition in this file", hint);
  }
  const diagnostics = findings.sorted().map((finding) => source.diagnostic(finding));
  return { definitions: findings.failed ? [] : definitions, diagnostics };
}

/** A document without errors as a tree; its warnings are reported too. */
function checkTree(document: Document.Parsed, findings: Findings): Tree | undefined {
  const own = new Findings(findings.source);
  const [fault] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (fault !== undefined) own.add(yamlFinding(fault, document, findings.source));
  const tree = fault === undefined ? buildTree(document.contents, own) : undefined;
  if (tree !== undefined) {
    checkDocument(tree.value, tree.place, own);
  }
  findings.merge(own);
  return own.failed ? undefined : tree;
}

/** What stands after the last `---`, or between two of them, may be nothing. */
function isEmpty(document: Document.Parsed): boolean {
  const { contents, errors, warnings } = document;
  if (errors.length + warnings.length > 0) return false;
  return (
    contents === null || (isScalar(contents) && contents.value === null && (contents.source ?? "") === "")
  );
}

function documentText(text: string, start: number, end: number): string {
  if (start === 0) return text.slice(0, end);
  return "\n".repeat(text.slice(0, start).split("\n").length - 1) + text.slice(start, end);
}

function definition(source: Source, { value, place }: Tree, text: string): Definition {
  return {
    document: value as unknown as WorkflowDocument,
    revision: digest(value as Json),
    file: source.file,
    text,
    position: (pointer) => source.position(nameSpan(placeAt(place, pointer)).start),
  };
}
