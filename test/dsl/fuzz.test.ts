import { expect, setDefaultTimeout, test } from "bun:test";
import { formatDiagnostic, parseDefinitions, unsupported } from "../../src/dsl/definition.ts";
import type { Json } from "../../src/expression/json.ts";
import { head } from "./brief.ts";
import { mutate, Random } from "./mutation.ts";
import { yamlSyntax } from "./yaml-syntax.ts";

setDefaultTimeout(600_000);
const rounds = process.env["PAWL_SOAK"] === "1" ? 20_000 : 600;

const fragments = [
  ...[
    "document",
    "do",
    "set",
    "call",
    "then",
    "for",
    "each",
    "in",
    "with",
    "try",
    "catch",
    "${ .a }",
    "${",
    "$x",
    ".a",
  ],
  ...yamlSyntax,
  ...[
    "\n",
    "\n  ",
    "\n    ",
    "\r\n",
    "\t",
    " ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "%TAG !e! tag:x%\n",
    "!e!%zz ",
    "!<%zz> ",
    "!!str ",
    "!!map ",
    "0o9",
    "-.inf",
    "\u{1f600}",
    "\ud800",
    "é",
    "\u2028",
    "~",
    "1e999",
    "0x1f",
  ],
];

/** Every diagnostic can be shown and points into the text; every definition answers. */
function parseAndLook(text: string | Uint8Array): number {
  const { definitions, diagnostics } = parseDefinitions("fuzz.yaml", text);
  for (const diagnostic of diagnostics) {
    expect(diagnostic.line).toBeGreaterThan(0);
    expect(diagnostic.column).toBeGreaterThan(0);
    expect(diagnostic.length).toBeGreaterThan(0);
    expect(diagnostic.message).not.toContain("\n");
    formatDiagnostic(diagnostic);
  }
  for (const definition of definitions) unsupported(definition);
  expect(definitions.length + diagnostics.length).toBeGreaterThan(0);
  return definitions.length;
}

test(`${rounds} texts of fragments never throw`, () => {
  const random = new Random(1);
  for (let round = 0; round < rounds; round++) {
    const text = Array.from({ length: random.below(40) }, () => random.pick(fragments)).join("");
    parseAndLook(random.below(2) === 0 ? text : `${head}do:\n- a: ${text}`);
  }
});

test(`${rounds} strings of bytes never throw`, () => {
  const random = new Random(2);
  for (let round = 0; round < rounds; round++) {
    parseAndLook(Uint8Array.from({ length: random.below(60) }, () => random.below(256)));
  }
});

const rich: Json = {
  document: { dsl: "1.0.3", namespace: "a", name: "b", version: "1.0.0" },
  use: {
    secrets: ["p"],
    authentications: { x: { basic: { username: "u", password: "${ $secrets.p }" } } },
    retries: { r: { when: "$error.status == 500", delay: { seconds: 1 }, limit: { attempt: { count: 3 } } } },
    functions: { f: { call: "http", with: { method: "get", endpoint: "https://x/{id}" } } },
    extensions: [{ e: { extend: "all", before: [{ log: { set: { x: 1 } } }] } }],
  },
  do: [
    {
      loop: {
        for: { each: "one", in: ".all" },
        while: "$one != null",
        do: [{ s: { set: "${ $one }" } }],
        then: "t",
      },
    },
    {
      t: {
        try: [{ c: { call: "f" } }],
        catch: { errors: { with: { status: 503 } }, as: "err", retry: "r", do: [] },
      },
    },
    {
      l: {
        listen: { to: { any: [{ with: { type: "t" } }], until: ".done" } },
        foreach: { item: "i", do: [] },
      },
    },
    { w: { switch: [{ one: { when: ".a", then: "end" } }, { other: { then: "loop" } }] } },
    {
      k: {
        fork: { branches: [{ p: { run: { shell: { command: "ls" } } } }], compete: true },
        export: { as: "$output" },
      },
    },
  ],
};

test(`${rounds} definitions with several random changes never throw`, () => {
  const random = new Random(3);
  let valid = 0;
  for (let round = 0; round < rounds; round++) {
    let value: Json = rich;
    for (let changes = random.below(6); changes > 0; changes--) value = mutate(value, random).value;
    valid += parseAndLook(JSON.stringify(value, null, random.below(3)));
  }
  expect(valid).toBeGreaterThan(rounds / 10);
  expect(valid).toBeLessThan(rounds);
});
