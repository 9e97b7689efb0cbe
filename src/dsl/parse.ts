import { type Document, isScalar } from "yaml";
import type { Json } from "../expression/json.ts";
import { checkDocument } from "./check/document.ts";
import type { Definition, ParseResult } from "./definition.ts";
import { canonical, digest } from "./digest.ts";
import { decode } from "./source/decode.ts";
import { Findings } from "./source/finding.ts";
import { Positions } from "./source/positions.ts";
import { readSimple } from "./source/simple/simple.ts";
import { Source } from "./source/source.ts";
import { maxTokens, readStream } from "./source/stream.ts";
import { buildTree, type Tree } from "./source/tree.ts";
import { yamlFinding } from "./source/yaml-error.ts";
import type { WorkflowDocument } from "./types.ts";

export interface ParseOptions {
  /** It was checked when it was stored: now it is only read, so that what newer versions refuse goes on. */
  readonly stored?: boolean;
  /** SHA-256 of a text's UTF-8, hex, where the host has a faster one. */
  readonly sha256?: (text: string) => string;
}

/**
 * Parses and validates one file: YAML or JSON, one or several documents. Never throws: not YAML, too large, too deep,
 * exploding aliases, invalid UTF-8, unknown keys, `then` to nowhere… are diagnostics. Bounds: 4 MiB of text,
 * 500,000 tokens, 256 documents, 200 levels, 100 aliases.
 */
export function parseDefinitions(
  file: string,
  input: string | Uint8Array,
  options: ParseOptions = {},
): ParseResult {
  const decoded = decode(input);
  if (decoded.text === undefined) {
    const { prefix, message, hint } = decoded;
    const finding = { severity: "error", start: prefix.length, end: prefix.length, message, hint } as const;
    return { definitions: [], diagnostics: [new Source(file, prefix).diagnostic(finding)] };
  }
  const findings = new Findings(new Source(file, decoded.text));
  const read = new Reading(findings, options).read(decoded.text);
  if (read.length === 0 && !findings.failed) {
    const hint = 'A definition begins with "document:" and "do:"';
    findings.error({ start: 0, end: 0 }, "There is no definition in this file", hint);
  }
  const diagnostics = findings.sorted().map((finding) => findings.source.diagnostic(finding));
  return { definitions: findings.failed ? [] : read, diagnostics };
}

/** One text being read. */
class Reading {
  readonly #findings: Findings;
  readonly #options: ParseOptions;

  constructor(findings: Findings, options: ParseOptions) {
    this.#findings = findings;
    this.#options = options;
  }

  read(text: string): Definition[] {
    const simple = readSimple(text);
    if (simple !== undefined && simple.tokens <= maxTokens) {
      this.#check(simple, this.#findings);
      return [this.#definition(simple, text)];
    }
    const stream = readStream(text);
    if (stream.refusal !== undefined) {
      this.#findings.add({ severity: "error", ...stream.refusal });
      return [];
    }
    const definitions: Definition[] = [];
    let end = 0;
    for (const document of stream.documents) {
      const start = end;
      end = document.range[2];
      if (isEmpty(document)) continue;
      const tree = this.#tree(document);
      if (tree !== undefined) definitions.push(this.#definition(tree, documentText(text, start, end)));
    }
    return definitions;
  }

  /** A document without errors as a tree; its warnings are reported too. */
  #tree(document: Document.Parsed): Tree | undefined {
    const own = new Findings(this.#findings.source);
    const [fault] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
    if (fault !== undefined) own.add(yamlFinding(fault, document, own.source));
    const tree = fault === undefined ? buildTree(document.contents, own) : undefined;
    if (tree !== undefined) this.#check(tree, own);
    this.#findings.merge(own);
    return own.failed ? undefined : tree;
  }

  #check({ value, place }: Tree, findings: Findings): void {
    if (!this.#options.stored) checkDocument(value, place, findings);
  }

  #definition({ value, place }: Tree, text: string): Definition {
    const { sha256 } = this.#options;
    const revision = () => (sha256 === undefined ? digest(value) : sha256(canonical(value)));
    return assemble({ value, revision, text, positions: Positions.of(value, place) }, this.#findings.source);
  }
}

/** What a definition is made of; `positions` are of the whole file. */
export interface DefinitionParts {
  readonly value: Json;
  readonly revision: () => string;
  readonly text: string;
  readonly positions: Positions;
}

export function assemble(parts: DefinitionParts, source: Pick<Source, "file" | "position">): Definition {
  const { value, text, positions } = parts;
  let revision: string | undefined;
  return {
    document: value as unknown as WorkflowDocument,
    get revision() {
      revision ??= parts.revision();
      return revision;
    },
    file: source.file,
    text,
    positions,
    position: (pointer) => source.position(positions.offset(value, pointer)),
  };
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
