import { expect, test } from "bun:test";
import { diagnose, head } from "./brief.ts";

const tooLarge = "1:1+1 Too large: 95.4 MiB, a file of definitions may have 4 MiB";

test("100 MB are refused at once, whatever is in them", () => {
  const text = "\u0000".repeat(100_000_000);
  const bytes = new Uint8Array(100_000_000).fill(0xff);
  const before = performance.now();
  expect([diagnose(text), diagnose(bytes)]).toEqual([[tooLarge], [tooLarge]]);
  expect(performance.now() - before).toBeLessThan(1000);
});

const levels = 10_000;
const deep: readonly (readonly [string, string])[] = [
  ["flow lists", "[".repeat(levels)],
  ["closed flow lists", "[".repeat(levels) + "]".repeat(levels)],
  ["flow maps", '{"a":'.repeat(levels)],
  ["block lists", "- ".repeat(levels)],
  ["complex keys", "? ".repeat(levels)],
  ["block maps", Array.from({ length: 2000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n")],
];

test.each(deep)("10,000 levels of %s are refused", (_, text) => {
  const [diagnostic, ...more] = diagnose(text);
  expect(diagnostic).toEndWith("Nested too deeply: a definition may have 200 levels");
  expect(more).toEqual([]);
});

test("190 levels are read", () => {
  const value = "[".repeat(185) + "]".repeat(185);
  expect(diagnose(`${head}do: [{ a: { set: { x: ${value} } } }]`)).toEqual([]);
});

const letters = [..."abcdefghijklmnopqrstuvwxyz"];
const bombs: readonly (readonly [string, string])[] = [
  [
    "aliases of aliases",
    letters
      .map((letter, at) => `${letter}: &${letter} [${at === 0 ? "x" : Array(4).fill(`*${letters[at - 1]}`)}]`)
      .join("\n"),
  ],
  ["many aliases", `a: &a x\nb: [${Array(101).fill("*a")}]`],
  ["aliases of a large value", `a: &a ${"x".repeat(1_000_000)}\nb: [${Array(5).fill("*a")}]`],
];

test.each(bombs)("%s are refused, once", (_, text) => {
  const [diagnostic, ...more] = diagnose(text);
  expect(diagnostic).toEndWith("Too many aliases: a file may have 100, worth 4 MiB of data");
  expect(more).toEqual([]);
});

test("aliases cannot nest past the bound either", () => {
  const lines = ["a0: &a0 [x]"];
  for (let at = 1; at < 9; at++) lines.push(`a${at}: &a${at} ${"[".repeat(30)}*a${at - 1}${"]".repeat(30)}`);
  expect(diagnose(lines.join("\n"))[0]).toEndWith("Nested too deeply through aliases");
});

test("too many values and too many documents are refused", () => {
  expect(diagnose("a: b\n".repeat(200_000))[0]).toEndWith("Too many values: a file may have 500000 tokens");
  expect(diagnose("--- {}\n".repeat(300))[0]).toEndWith("Too many documents: a file may have 256");
}, 60_000);

test("100 faults are told, then that there are more", () => {
  const tasks = Array.from(
    { length: 500 },
    (_, at) => `- t${at}: { set: { a: 1 }, then: nowhere${at} }`,
  ).join("\n");
  const diagnostics = diagnose(`${head}do:\n${tasks}\n`);
  expect(diagnostics).toHaveLength(101);
  expect(diagnostics.at(-1)).toEndWith("There is more that is wrong");
});

test("a large valid definition is read", () => {
  const tasks = Array.from(
    { length: 5000 },
    (_, at) => `- t${at}: { set: { a: 1 }, then: t${5000 - 1 - at} }`,
  );
  expect(diagnose(`${head}do:\n${tasks.join("\n")}\n`)).toEqual([]);
}, 60_000);
