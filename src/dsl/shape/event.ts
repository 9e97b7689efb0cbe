import { output } from "./data.ts";
import { any, choice, expression, later, list, mapping, record, type Shape, text, union } from "./shape.ts";
import { dateTime, uriReference } from "./text.ts";

const attributes = {
  id: text,
  source: uriReference,
  time: dateTime,
  subject: text,
  datacontenttype: text,
  dataschema: uriReference,
  data: any,
};

/** dsl-reference.md "Event Properties", of an event to emit; other keys are extension attributes. */
export const emittedEvent = record({ required: { type: text }, optional: attributes }, { others: "free" });

const consumedEvent = record({ optional: { type: text, ...attributes } }, { others: "free" });
const someAttribute = mapping(any, 1);

/** dsl-reference.md "Event Filter" and "Correlation". */
const eventFilter = record({
  required: { with: { form: "select", by: (value) => (hasKeys(value) ? consumedEvent : someAttribute) } },
  optional: {
    correlate: mapping(
      record({ required: { from: expression }, optional: { expect: text } }, { others: "open" }),
    ),
  },
});

function hasKeys(value: object): boolean {
  return Object.keys(value).length > 0;
}

/** dsl-reference.md "Event Consumption Strategy". `until` belongs to `any`, and has no `until` itself. */
export const eventStrategy: Shape = strategy({
  until: union({ text: expression, object: later(() => strategy({})) }),
});

function strategy(anyKeys: { until?: Shape }): Shape {
  const filters = list(eventFilter);
  return {
    form: "select",
    by: (value) =>
      record(
        { optional: { all: filters, any: filters, one: eventFilter, ...("any" in value ? anyKeys : {}) } },
        { exactlyOne: [["all", "any", "one"]] },
      ),
  };
}

export const readAs = choice("data", "envelope", "raw");

/** dsl-reference.md "Subscription Iterator". */
export function subscriptionIterator(tasks: Shape): Shape {
  return record({ optional: { item: text, at: text, do: tasks, output, export: output } });
}
