import { unsupported } from "../../dsl/definition.ts";
import { Failure } from "../../failure.ts";
import { prepare } from "../../workflow/interpreter.ts";
import type { DefinitionSource } from "../engine.ts";
import type { ReadAnswer, SentDefinition } from "./read-apart.ts";
import { type ReadOptions, readHere } from "./reader.ts";

/** The thread in which long definitions are read, checked and compiled once; see `read-apart.ts`. */
declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<{ source: DefinitionSource; options: ReadOptions }>) => {
  const { source, options } = data;
  self.postMessage(answer(source, options));
};

function answer(source: DefinitionSource, options: ReadOptions): ReadAnswer {
  try {
    const { definitions, diagnostics } = readHere(source, options);
    const sent = definitions.map(({ definition }): SentDefinition => {
      const { document, revision, text, positions } = definition;
      const gaps = unsupported(definition);
      if (gaps.length === 0 && !options.stored) prepare(document);
      const { starts, sizes } = positions;
      return { value: JSON.stringify(document), revision, text, starts, sizes, unsupported: gaps };
    });
    return { definitions: sent, diagnostics };
  } catch (error) {
    if (!(error instanceof Failure)) return { failure: { code: "internal", message: String(error) } };
    const { code, message, reason, hint, details } = error;
    return { failure: { code, message, reason, hint, details } };
  }
}
