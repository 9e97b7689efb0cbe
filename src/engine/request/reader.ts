import { createHash } from "node:crypto";
import { type Definition, parseDefinitions } from "../../dsl/definition.ts";
import type { Diagnostic } from "../../dsl/diagnostic.ts";
import type { DefinitionSource } from "../engine.ts";

export interface ReadOptions {
  /** It was checked when it was stored: what this version would refuse was applied to another one, and goes on. */
  readonly stored: boolean;
}

export interface ReadText {
  /** With an error among the diagnostics there are none. */
  readonly definitions: readonly ReadDefinition[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReadDefinition {
  readonly definition: Definition;
  /** What cannot be run yet, where that is known; what can be run was then compiled, without an error. */
  readonly unsupported?: readonly Diagnostic[];
}

/**
 * Reads a text, in this thread or in another one, where it is so long that all others would wait. Rejects what compiling a
 * definition throws, and `internal`.
 */
export type Reader = (source: DefinitionSource, options: ReadOptions) => ReadText | Promise<ReadText>;

export const readHere = ({ file, text }: DefinitionSource, { stored }: ReadOptions): ReadText => {
  const { definitions, diagnostics } = parseDefinitions(file, text, { sha256, stored });
  return { definitions: definitions.map((definition) => ({ definition })), diagnostics };
};

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
