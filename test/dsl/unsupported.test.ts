import { expect, test } from "bun:test";
import { parseDefinitions, unsupported } from "../../src/dsl/definition.ts";
import { brief, head } from "./brief.ts";

/** What follows the head begins on line 5. */
function gaps(text: string): string[] {
  const { definitions, diagnostics } = parseDefinitions("sample.yaml", head + text);
  expect(brief(diagnostics)).toEqual([]);
  return definitions.flatMap((definition) => brief(unsupported(definition)));
}

const table: readonly (readonly [name: string, text: string, ...expected: string[]])[] = [
  [
    "listen",
    "do:\n- wait: { listen: { to: { any: [] } } }\n",
    '6:11+6 "listen" is not supported yet, in task "wait"',
  ],
  [
    "a gRPC call, nested",
    "do:\n- a:\n    do:\n    - b: { call: grpc, with: { proto: { endpoint: x }, service: { name: s, host: h }, method: m } }\n",
    '8:12+4 "call: grpc" is not supported yet, in task "b"',
  ],
  [
    "a function",
    "use: { functions: { f: { set: { x: 1 } } } }\ndo:\n- a: { call: f }\n",
    '7:8+4 "call: f" is not supported yet, in task "a"',
  ],
  [
    "processes",
    "do:\n- a: { run: { script: { language: js, code: x } } }\n- b: { run: { container: { image: x } } }\n",
    '6:15+6 "run: script" is not supported yet, in task "a"',
    '7:15+9 "run: container" is not supported yet, in task "b"',
  ],
  ["schedule", "schedule: { every: PT1M }\ndo: []\n", '5:1+8 "schedule" is not supported yet'],
  [
    "extensions and secrets",
    "use:\n  secrets: [s]\n  extensions: [{ e: { extend: all } }]\ndo: []\n",
    '6:3+7 "secrets" is not supported yet',
    '7:3+10 "extensions" is not supported yet',
  ],
  [
    "another expression language",
    "evaluate: { language: js }\ndo: [{ a: { set: '${ not jq' } }]\n",
    '5:13+8 "language: js" is not supported yet',
  ],
  [
    "authentications",
    "use: { authentications: { x: { digest: { username: u, password: p } } } }\ndo:\n- a: { call: http, with: { method: get, endpoint: { uri: u, authentication: { use: x } } } }\n",
    '5:32+6 "digest" is not supported yet',
  ],
  [
    "another format of schemas",
    "input: { schema: { format: avro, document: {} } }\ndo: []\n",
    '5:20+6 "format: avro" is not supported yet',
  ],
];

test.each(table)("%s", (_, text, ...expected) => {
  expect(gaps(text)).toEqual(expected);
});

test("basic and bearer authentication, and everything else of the first half, can be run", () => {
  const authenticated = (authentication: string) =>
    `- a: { call: http, with: { method: get, endpoint: { uri: u, authentication: ${authentication} } } }\n`;
  expect(gaps(`do:\n${authenticated("{ basic: { username: u, password: p } }")}`)).toEqual([]);
  expect(gaps(`do:\n${authenticated("{ bearer: { token: '${ .t }' } }")}`)).toEqual([]);
  expect(
    gaps("do:\n- a: { run: { shell: { command: ls } } }\n- b: { emit: { event: { with: { type: t } } } }\n"),
  ).toEqual([]);
});
