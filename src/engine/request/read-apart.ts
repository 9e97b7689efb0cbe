import type { Diagnostic } from "../../dsl/diagnostic.ts";
import { assemble } from "../../dsl/parse.ts";
import { Positions } from "../../dsl/source/positions.ts";
import { Source } from "../../dsl/source/source.ts";
import type { Json } from "../../expression/json.ts";
import { Failure, type FailureCode } from "../../failure.ts";
import type { DefinitionSource } from "../engine.ts";
import { type Reader, type ReadOptions, type ReadText, readHere } from "./reader.ts";

/** Longer texts are read in a thread of their own; this long they keep others waiting for some 20 ms. */
const shortText = 16 << 10;
/** The thread ends when there was nothing to read for so long. */
const idleMs = 10_000;

/** A definition on its way between threads: text and numbers, which cost the reader of them the least. */
export interface SentDefinition {
  /** JSON of the document. */
  readonly value: string;
  readonly revision: string;
  readonly text: string;
  readonly starts: Int32Array;
  readonly sizes: Int32Array;
  readonly unsupported: readonly Diagnostic[];
}

export type ReadAnswer =
  | { readonly definitions: readonly SentDefinition[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly failure: SentFailure };

interface SentFailure {
  readonly code: FailureCode;
  readonly message: string;
  readonly reason?: string | undefined;
  readonly hint?: string | undefined;
  readonly details?: unknown;
}

interface Asked {
  readonly source: DefinitionSource;
  readonly options: ReadOptions;
  readonly resolve: (read: ReadText) => void;
  readonly reject: (failure: Failure) => void;
}

/** A reader for which `path` names the script of the thread, `read-worker.ts`. The thread is there only while it is needed. */
export function createReader(path: string): Reader {
  const thread = new Thread(path);
  return (source, options) =>
    source.text.length <= shortText ? readHere(source, options) : thread.read(source, options);
}

class Thread {
  readonly #path: string;
  readonly #asked: Asked[] = [];
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  read(source: DefinitionSource, options: ReadOptions): Promise<ReadText> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ source, options, resolve, reject });
      if (this.#asked.length === 1) this.#ask();
    });
  }

  /** One text at a time: an answer is that to the first. */
  #ask(): void {
    clearTimeout(this.#idle);
    const [next] = this.#asked;
    if (next) this.#open().postMessage({ source: next.source, options: next.options });
    else this.#idle = setTimeout(() => this.#close(), idleMs).unref();
  }

  #open(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#path, { ref: false });
    worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => this.#answered(data);
    worker.onerror = ({ message }) => {
      if (this.#worker !== worker) return;
      this.#close();
      this.#answered({
        failure: { code: "internal", message: `A definition could not be read: ${message}` },
      });
    };
    this.#worker = worker;
    return worker;
  }

  #close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #answered(answer: ReadAnswer): void {
    const asked = this.#asked.shift();
    this.#ask();
    if (!asked) return;
    if ("failure" in answer) {
      asked.reject(toFailure(answer.failure));
      return;
    }
    const read = received(answer.definitions, answer.diagnostics, asked.source);
    // What is done with it takes its time, too: others have a turn before.
    setImmediate(() => asked.resolve(read));
  }
}

function received(
  definitions: readonly SentDefinition[],
  diagnostics: readonly Diagnostic[],
  { file, text: whole }: DefinitionSource,
): ReadText {
  const source = new Source(file, whole.startsWith("\uFEFF") ? whole.slice(1) : whole);
  const read = definitions.map(({ value, revision, text, unsupported, ...positions }) => {
    const parts = { value: JSON.parse(value) as Json, revision: () => revision, text };
    return { definition: assemble({ ...parts, positions: new Positions(positions) }, source), unsupported };
  });
  return { definitions: read, diagnostics };
}

function toFailure({ code, message, reason, hint, details }: SentFailure): Failure {
  return new Failure(code, message, {
    ...(reason !== undefined && { reason }),
    ...(hint !== undefined && { hint }),
    ...(details !== undefined && { details }),
  });
}
