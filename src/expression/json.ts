/** A JSON value as it stands at task boundaries: numbers are doubles, objects keep their key order. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
