import { source } from "../../engine/definitions.ts";

const setTask = (name: string) => `- ${name}:\n    set:\n      n: \${ .n + 1 }`;

/** A loop of five HTTP calls. */
export const callsOf = (url: string) =>
  source(
    "calls",
    `
- all:
    for: { in: "\${ [range(5)] }" }
    do:
      - http:
          call: http
          with:
            method: get
            endpoint: ${url}
`,
  );

export const nap = source(
  "nap",
  [setTask("first"), "- pause:\n    wait: { milliseconds: 10 }", setTask("last")].join("\n"),
);
