/**
 * How protobuf's JSON mapping differs from the messages of the generated code: what it leaves out, and what it spells
 * otherwise. `src/gen/json-shapes.ts` holds the shapes of the API.
 */
export type Kind =
  | "text"
  | "number"
  | "flag"
  /** uint64: a string in JSON. */
  | "big"
  | "time"
  | { readonly words: string; readonly values: readonly string[] }
  | { readonly list: Kind }
  | { readonly map: Kind }
  | Shape;

export interface Shape {
  readonly fields: Readonly<Record<string, Kind>>;
  /** The fields of which at most one is there, under the name that the generated code gives them. */
  readonly oneof?: { readonly name: string; readonly fields: Readonly<Record<string, Kind>> };
}

export interface ServiceShape {
  /** Full name, with its package. */
  readonly service: string;
  /** The answers by method. */
  readonly answers: Readonly<Record<string, Shape>>;
  /** The methods that answer with a stream. */
  readonly streams: readonly string[];
}
