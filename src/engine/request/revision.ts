import { type Definition, unsupported } from "../../dsl/definition.ts";
import type { Diagnostic } from "../../dsl/diagnostic.ts";
import { Failure } from "../../failure.ts";
import { prepare } from "../../workflow/interpreter.ts";
import type { Program } from "../../workflow/program.ts";
import type { DefinitionSource } from "../engine.ts";
import { type ReadDefinition, type ReadText, readHere } from "./reader.ts";

export interface RevisionOptions {
  readonly line?: number;
  readonly version?: string;
}

/** One definition by content, as it is kept and as it runs. `version` is the server's, for `$runtime`. */
export class Revision {
  readonly definition: Definition;
  /** Line of the document within the file that it came from. */
  readonly line: number;
  readonly #version: string;
  /** Its own version's, and another's. */
  readonly #programs = new Map<string, Program>();
  #unsupported: readonly Diagnostic[] | undefined;

  /** Whether it was compiled before, without an error. */
  readonly #isChecked: boolean;

  constructor(given: Definition | ReadDefinition, options: RevisionOptions = {}) {
    const { definition, unsupported }: ReadDefinition = "definition" in given ? given : { definition: given };
    this.definition = definition;
    this.#unsupported = unsupported;
    this.#isChecked = unsupported !== undefined;
    this.line = options.line ?? definition.position("").line;
    this.#version = options.version ?? "unknown";
  }

  get hash(): string {
    return this.definition.revision;
  }

  /** What cannot be run yet. */
  get unsupported(): readonly Diagnostic[] {
    this.#unsupported ??= unsupported(this.definition);
    return this.#unsupported;
  }

  /** Throws what keeps it from being compiled. */
  check(): void {
    if (!this.#isChecked) this.program;
  }

  /** Compiled once. Throws `unimplemented` with `Diagnostic[]`, or `invalid_argument`. */
  get program(): Program {
    return this.programOf(this.#version);
  }

  /** The same, as it ran under a version of the server, which is its `$runtime.version`. */
  programOf(version: string): Program {
    const known = this.#programs.get(version);
    if (known) return known;
    if (this.unsupported.length > 0) throw notSupported(this.definition, this.unsupported);
    const program = prepare(this.definition.document, { version, late: this.#isChecked });
    if (this.#programs.size > 1) this.#programs.clear();
    this.#programs.set(version, program);
    return program;
  }

  /** `file:line` of what a JSON pointer names, in the file as it was given. */
  place(pointer: string): string {
    const own = this.definition;
    return `${own.file}:${own.position(pointer).line - own.position("").line + this.line}`;
  }
}

/** What was read of a source. Throws `invalid_argument` with all `Diagnostic[]`. */
export function requireValid(read: ReadText): ReadText {
  if (read.diagnostics.some(({ severity }) => severity === "error"))
    throw invalidDefinitions(read.diagnostics);
  return read;
}

/** All documents of one file. Throws `invalid_argument` with all `Diagnostic[]`. */
export function parseSource(source: DefinitionSource): {
  readonly definitions: readonly Definition[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { definitions, diagnostics } = requireValid(readHere(source, { stored: false }));
  return { definitions: definitions.map(({ definition }) => definition), diagnostics };
}

/** The one workflow of a source. Throws `invalid_argument`. */
export function parseSingle(source: DefinitionSource): Definition {
  return requireSingle(readHere(source, { stored: false }), source).definition;
}

/** The same, of what was read of it. */
export function requireSingle(read: ReadText, source: DefinitionSource): ReadDefinition {
  const { definitions } = requireValid(read);
  const [definition] = definitions;
  if (definition && definitions.length === 1) return definition;
  throw new Failure("invalid_argument", `"${source.file}" holds ${definitions.length} workflows, not one`, {
    reason: "definition-not-single",
    hint: "Apply the file, then run one of its workflows by name",
  });
}

export function invalidDefinitions(diagnostics: readonly Diagnostic[]): Failure {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
  const where = first ? `${first.file}:${first.line}:${first.column}: ${first.message}` : "No error is told";
  return new Failure("invalid_argument", `The definition is not valid: ${where}${more}`, {
    reason: "definition-invalid",
    details: diagnostics,
  });
}

function notSupported(definition: Definition, diagnostics: readonly Diagnostic[]): Failure {
  const [first] = diagnostics;
  const where = first ? `: ${first.file}:${first.line}:${first.column}: ${first.message}` : "";
  return new Failure("unimplemented", `"${definition.document.document.name}" cannot be run yet${where}`, {
    reason: "task-not-supported",
    details: diagnostics,
  });
}
