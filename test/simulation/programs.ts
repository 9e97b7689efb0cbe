import { parseDefinitions } from "../../src/dsl/definition.ts";
import type { WorkflowDocument } from "../../src/dsl/types.ts";
import { prepare } from "../../src/workflow/interpreter.ts";
import type { Program } from "../../src/workflow/program.ts";
import { must } from "./violation.ts";

/** Definitions, read and compiled once for all who look on. */
export class Programs {
  readonly #documents = new Map<string, WorkflowDocument>();
  readonly #programs = new Map<string, Program>();

  document(text: string): WorkflowDocument {
    const known = this.#documents.get(text);
    if (known) return known;
    const [definition] = parseDefinitions("simulated", text).definitions;
    must(definition, "A definition cannot be read", text);
    this.#documents.set(text, definition.document);
    return definition.document;
  }

  /** As the server of this version runs it. */
  program(text: string, version: string): Program {
    const key = `${version} ${text}`;
    const known = this.#programs.get(key);
    if (known) return known;
    const program = prepare(this.document(text), { version });
    this.#programs.set(key, program);
    return program;
  }
}
