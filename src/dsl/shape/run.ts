import { externalResource } from "./resource.ts";
import { any, choice, list, mapping, record, type Shape, text, truth, union } from "./shape.ts";
import { duration } from "./text.ts";

/** Ruling 10: a list since 1.0.3, a map before. */
const processArguments = union({ list: list(text), object: mapping(any) });
const environment = mapping(any);

/** dsl-reference.md "Container Lifetime". */
const lifetime: Shape = {
  form: "select",
  by: ({ cleanup }) => {
    const keys = { cleanup: choice("always", "never", "eventually") };
    return cleanup === "eventually"
      ? record({ required: { ...keys, after: duration } })
      : record({ required: keys });
  },
};

/** dsl-reference.md "Container Process". */
const container = record({
  required: { image: text },
  optional: {
    name: text,
    command: text,
    ports: mapping(any),
    volumes: mapping(any),
    environment,
    stdin: text,
    arguments: processArguments,
    lifetime,
    pullPolicy: choice("ifNotPresent", "always", "never"),
  },
});

/** dsl-reference.md "Script Process". */
const script = record(
  {
    required: { language: text },
    optional: { code: text, source: externalResource, stdin: text, arguments: processArguments, environment },
  },
  { exactlyOne: [["code", "source"]] },
);

/** dsl-reference.md "Shell Process". */
const shell = record({
  required: { command: text },
  optional: { stdin: text, arguments: processArguments, environment },
});

/** dsl-reference.md "Workflow Process". The version is "required" there, and "defaults to latest": it may be left out. */
const workflow = record({
  required: { namespace: text, name: text },
  optional: { version: text, input: any },
});

/** dsl-reference.md "Run". */
export const run = record(
  {
    optional: {
      container,
      script,
      shell,
      workflow,
      await: truth,
      return: choice("stdout", "stderr", "code", "all", "none"),
    },
  },
  { exactlyOne: [["container", "script", "shell", "workflow"]] },
);
