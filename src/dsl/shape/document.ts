import { authentication } from "./authentication.ts";
import { input, output, timeout, timeoutOrReference } from "./data.ts";
import { error, retry } from "./error.ts";
import { eventStrategy, readAs } from "./event.ts";
import { catalog } from "./resource.ts";
import { any, choice, expression, list, mapping, record, type Shape, text } from "./shape.ts";
import { task, taskList } from "./task.ts";
import { duration, label, semanticVersion } from "./text.ts";

/** dsl-reference.md "Document". */
const document = record({
  required: { dsl: semanticVersion, namespace: label, name: label, version: semanticVersion },
  optional: { title: text, summary: text, tags: mapping(any), metadata: mapping(any) },
});

/** dsl-reference.md "Extension". */
const extension = record({
  required: {
    extend: choice(
      ...[
        "call",
        "composite",
        "emit",
        "for",
        "listen",
        "raise",
        "run",
        "set",
        "switch",
        "try",
        "wait",
        "all",
      ],
    ),
  },
  optional: { when: expression, before: taskList, after: taskList },
});

/** dsl-reference.md "Use". */
const use = record({
  optional: {
    authentications: mapping(authentication),
    catalogs: mapping(catalog),
    errors: mapping(error),
    extensions: { form: "entries", of: "extension", value: extension },
    functions: mapping(task),
    retries: mapping(retry),
    secrets: list(text),
    timeouts: mapping(timeout),
  },
});

/** dsl-reference.md "Schedule". */
const schedule: Shape = {
  form: "select",
  by: (value) =>
    record(
      {
        required: "read" in value ? { on: eventStrategy } : {},
        optional: { every: duration, cron: text, after: duration, on: eventStrategy, read: readAs },
      },
      "read" in value ? {} : { atLeastOne: [["every", "cron", "after", "on"]] },
    ),
};

/** dsl-reference.md "Workflow". The root is open: an unknown key there is a warning (ruling 13). */
export const workflow = record(
  {
    required: { document, do: taskList },
    optional: {
      input,
      use,
      timeout: timeoutOrReference,
      output,
      schedule,
      evaluate: record({ optional: { language: text, mode: choice("strict", "loose") } }),
    },
  },
  { others: "open" },
);
