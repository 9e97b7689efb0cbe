import { any, expression, mapping, record, type Shape, text, union, whole } from "./shape.ts";
import { duration, jsonPointer, uriTemplate } from "./text.ts";

/** dsl-reference.md "Error". */
export const error = record({
  required: { type: uriTemplate, status: whole },
  optional: { instance: jsonPointer, title: text, detail: text },
});
export const errorOrReference = union({ text, object: error });

const compared = record(
  { optional: { type: text, status: whole, instance: text, title: text, detail: text } },
  { others: "open" },
);
const something = mapping(any, 1);

/** What `catch.errors.with` compares with. */
export const errorFilter: Shape = {
  form: "select",
  by: (value) => (Object.keys(value).length > 0 ? compared : something),
};

const parameters = mapping(any);

/** dsl-reference.md "Retry". */
export const retry = record({
  optional: {
    when: expression,
    exceptWhen: expression,
    delay: duration,
    backoff: record(
      { optional: { constant: parameters, exponential: parameters, linear: parameters } },
      { exactlyOne: [["constant", "exponential", "linear"]] },
    ),
    limit: record({
      optional: {
        attempt: record({ optional: { count: { ...whole, min: 0 }, duration } }),
        duration,
      },
    }),
    jitter: record({ required: { from: duration, to: duration } }),
  },
});
export const retryOrReference = union({ text, object: retry });
