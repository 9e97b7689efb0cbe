import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Findings } from "../../src/dsl/source/finding.ts";
import type { Place } from "../../src/dsl/source/place.ts";
import { readSimple } from "../../src/dsl/source/simple/simple.ts";
import { Source } from "../../src/dsl/source/source.ts";
import { readStream } from "../../src/dsl/source/stream.ts";
import { buildTree } from "../../src/dsl/source/tree.ts";
import { Random } from "./mutation.ts";
import { yamlSyntax } from "./yaml-syntax.ts";

setDefaultTimeout(600_000);
const rounds = process.env["PAWL_SOAK"] === "1" ? 200_000 : 3_000;

const folder = join(import.meta.dir, "../../examples");
const definitions = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => readFileSync(join(folder, name), "utf8"));
const written = [
  "a: { b: 1, 'c': [1, 2 ] , \"d\":4}  # x\nt: |\n  abc\n\n   def\n\nu: |-\n  x\n\n\nv: 1\nw:\n- a\n- b:\n    c\n-\n",
  '{"a":1,"b":[1,2,{"c":"x \\"y\\" \\u00e9"}],\n"d":{\n},"e":[\n], "__proto__": [null, true]}',
  "# c\n- - x\n  - y: z # c\n    'it''s': ~\n  # d\n- 1.5\n- -0\n- 1e3\n- +7\n- .5\n- a:b#c\n- True\n",
  "- 12345678901234567890\n- é\u2028\u{1f600}\n",
  '{\n  "a": 1,\n  "b": [\n    "x",\n    { "c": null }\n  ]\n}\n',
];

/** Where the library says that everything is; of a collection only as far as its first line reaches, as in diagnostics. */
function places(place: Place, text: string): string[] {
  const { start, end, name, key, children } = place;
  const lineEnd = (text.indexOf("\n", start) + text.length + 1) % (text.length + 1);
  const own = JSON.stringify([name, start, Math.max(start, Math.min(end, lineEnd)), key]);
  return [own, ...[...(children?.values() ?? [])].flatMap((child) => places(child, text))];
}

/** Whether the text is a simple one; if so, the library must read it as the same. */
function isSame(text: string): boolean {
  const simple = readSimple(text);
  if (simple === undefined) return false;
  const { documents = [] } = readStream(text) as { documents?: any[] };
  expect({ text, faults: documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]) }).toEqual({
    text,
    faults: [],
  });
  expect(documents.length).toBe(1);
  const tree = buildTree(documents[0].contents, new Findings(new Source("x", text)))!;
  expect(JSON.stringify({ text, value: simple.value })).toBe(JSON.stringify({ text, value: tree.value }));
  expect({ text, places: places(simple.place, text) }).toEqual({ text, places: places(tree.place, text) });
  return true;
}

test("what people write is simple, and read as the library reads it", () => {
  for (const text of [...definitions, ...written]) expect(isSame(text) ? "" : text).toBe("");
});

test("what it does not know is left to the library", () => {
  const others = [
    "a: &x 1\nb: *x",
    "a: >\n  b",
    "a: !!str 1",
    "? a\n: b",
    "a: 'b\n  c'",
    "a: b\n  c",
    "a: 1\r\n",
  ];
  const wrong = [
    "a: 1\na: 2",
    "a: b: c",
    "a: [1",
    'a: "b',
    "a:\n b: 1\n  c: 2",
    "a: 1\n b: 2",
    "- a\nb: 1",
    "1: a",
  ];
  for (const text of [
    ...others,
    ...wrong,
    "---\na: 1",
    "a: 1\n---\nb: 1",
    "",
    "a:\t1",
    "a: 0x1f",
    "a: .nan",
  ]) {
    expect({ text, read: readSimple(text) }).toEqual({ text, read: undefined });
  }
});

const fragments = [
  ...yamlSyntax,
  ...["\n", "\n  ", "\n    ", " ", "  ", "---\n", "...\n", "~", "0x1", "1.5", "-0", "+1", "1e3", ".5", "''"],
  ...[
    "\\n",
    "\\u0041",
    "null",
    "true",
    "~ ",
    "a",
    "b: c",
    "- x",
    "\u2028",
    "\u{1f600}",
    "\n\n",
    " \n",
    "\n# c\n",
  ],
  ...["%", "@", "`", "=", "<<: ", "__proto__: ", "\t", "\r\n", "|\n  x\n", "{ }", "[ ]", "{a: }"],
];

test(`of ${rounds} texts with random changes it reads none otherwise than the library`, () => {
  const random = new Random(7);
  const counts = { same: 0, other: 0 };
  for (let round = 0; round < rounds; round++) {
    let text = random.pick([...definitions, ...written]);
    const from = random.below(text.length);
    if (random.below(3) > 0) text = text.slice(from, from + random.below(200));
    for (let change = random.below(3); change >= 0; change--) {
      const at = random.below(text.length + 1);
      text = text.slice(0, at) + random.pick(fragments) + text.slice(at + random.below(3));
    }
    counts[isSame(text) ? "same" : "other"]++;
  }
  expect(counts.same).toBeGreaterThan(rounds / 10);
  expect(counts.other).toBeGreaterThan(rounds / 10);
});

test("the time it takes grows with the text, and no faster", () => {
  // Each would take minutes if anything looked through the rest of the text for every line.
  const lines = 40_000;
  for (const line of ["- abcdefgh\n", '- "abcdefg"\n', "- 'abcdefg'\n", "- [a, b]\n", "- |\n  x\n"]) {
    expect((readSimple(line.repeat(lines))!.value as unknown[]).length).toBe(lines);
  }
});
