import { schema } from "./resource.ts";
import { any, expression, mapping, record, text, union } from "./shape.ts";
import { duration } from "./text.ts";

const transformation = union({ text: expression, object: mapping(any) });

/** dsl-reference.md "Input". */
export const input = record({ optional: { schema, from: transformation } });

/** dsl-reference.md "Output" and "Export". */
export const output = record({ optional: { schema, as: transformation } });

/** dsl-reference.md "Timeout"; a text is the name of one under `use.timeouts`. */
export const timeout = record({ required: { after: duration } });
export const timeoutOrReference = union({ text, object: timeout });
