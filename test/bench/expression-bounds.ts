/**
 * What the default bounds of expressions let pass: each runaway in a process of its own, its time and how much memory
 * that process grew by. `bun test/bench/expression-bounds.ts`; exits 1 where one is over 100 ms or 64 MB.
 */
import { readFileSync } from "node:fs";
import { compile } from "../../src/expression/compile.ts";
import { ExpressionError } from "../../src/expression/expression.ts";
import type { Json } from "../../src/expression/json.ts";

const mostMs = 100;
const mostMb = 64;
/** The best of so many runs counts: others use the machine too. */
const runs = 3;

const million = 1_000_000;
const texts = (text: string, length: number) => () => text.repeat(length / text.length);
const rows = (count: number) => () => Array.from({ length: count }, (_, a) => ({ a, b: "x" }));
const fields = (count: number) => () => Object.fromEntries(rows(count)().map(({ a }) => [`q${a}`, a]));
const nothing = () => null;

function nested(depth: number): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

const cases: readonly (readonly [program: string, input: () => Json])[] = [
  ["[recurse]", rows(200_000)],
  ["[recurse(.)]", nothing],
  ["last(repeat(1))", nothing],
  ['"a" * 1e12', nothing],
  ["range(1e15)", nothing],
  ["[range(1e15)]", nothing],
  ["def f: 1 + f; f", nothing],
  ["def f: if . > 1e6 then . else . + 1 | f end; 0 | f", nothing],
  ['test("(a+)+$")', () => `${"a".repeat(100_000)}b`],
  ['test("[^a]")', texts("a", 10 * million)],
  ['test("😀b")', texts("a😀", 9 * million)],
  ['[match("a"; "g")]', texts("a", million)],
  ['gsub("a"; "b")', texts("a", million)],
  ['gsub("(?<x>a)"; "\\(.x)\\(.x)")', texts("a", million)],
  ['[splits("a"; null)]', texts("a", million)],
  ['[range(1e6) as $i | test("(a|b|\\($i)){1,50}")]', () => "abc"],
  ["..|[range(2; null; -1)]?", () => [1, 2, 3]],
  ["[[range(1000)], [range(1000)], [range(1000)]] | [combinations]", nothing],
  ['[limit(1e9; repeat("x" * 1000))]', nothing],
  ['[range(1e6) | "x" * 1000] | join(",")', nothing],
  ["[range(1e6) | 97] | implode", nothing],
  ["tojson", rows(300_000)],
  ["@json", () => nested(100_000)],
  ["[paths]", () => nested(9_000)],
  ['("x" * 1e6) as $x | [range(1e6) | $x | ltrimstr("y")]', nothing],
  ['("x" * 1e6) as $x | [range(1e6) | ($x + "a") == ($x + "a")]', nothing],
  ['("x" * 1e6) as $x | [range(1e6) as $i | {($x + "\\($i)"): 1}]', nothing],
  ["[range(1e5) as $i | .[$i:$i + 1]]", texts("a😀", million)],
  ["explode | implode", texts("a", million)],
  ['split("")', texts("a", 10 * million)],
  ["ascii_downcase", texts("éB", 10 * million)],
  ["@base64d", texts("YWFh", 10 * million)],
  ["@uri", texts(" ", million)],
  ["@html", texts("<", 5 * million)],
  ["fromjson", () => JSON.stringify(rows(200_000)())],
  ["sort", () => rows(200_000)().map(({ a }) => `k${(a * 7919) % 200_003}`)],
  ["group_by(.a)", rows(200_000)],
  ["to_entries", () => Object.fromEntries(rows(150_000)().map(({ a }) => [`k${a}`, a]))],
  ['reduce range(1e6) as $i ({}; . + {"k\\($i)": [$i, $i]})', nothing],
  ['. as $x | last(range(1e6) as $i | {"k\\($i)": 1} + $x)', fields(10)],
  ['. as $x | last(range(1e6) as $i | {"k\\($i)": 1} + $x)', fields(30)],
  ['. as $x | last(range(1e6) as $i | {"k\\($i)": 1} * $x)', fields(100)],
  ["reduce range(60) as $i (1; [., .]) | error", nothing],
  ['[range(1e6) | now | strftime("%A %B %d %Y")]', nothing],
  ['[range(1e6) | try error("x") catch .]', nothing],
];

const asked = process.argv[2];
if (asked !== undefined) console.log(JSON.stringify(measure(...cases[Number(asked)]!)));
else {
  console.log("| expression | ms | MB | ends |\n|---|---|---|---|");
  for (const [index, [program]] of cases.entries()) {
    const { ms, mb, end } = best(index);
    const isOver = ms > mostMs || mb > mostMb;
    console.log(
      `| \`${program.replaceAll("|", "\\|")}\` | ${ms.toFixed(0)} | ${mb.toFixed(0)} | ${end}${isOver ? " **over**" : ""} |`,
    );
    if (isOver) process.exitCode = 1;
  }
}

interface Cost {
  readonly ms: number;
  readonly mb: number;
  readonly end: string;
}

function best(index: number): Cost {
  const costs = Array.from({ length: runs }, (): Cost => {
    const { stdout } = Bun.spawnSync([process.execPath, import.meta.path, `${index}`], { stderr: "inherit" });
    return JSON.parse(`${stdout}`);
  });
  return costs.reduce((a, b) => (a.ms <= b.ms ? a : b));
}

function measure(program: string, make: () => Json): Cost {
  const input = make();
  const evaluation = { variables: {}, nowMs: 0 };
  const expression = compile(program, []);
  Bun.gc(true);
  const before = resident("VmRSS");
  const from = performance.now();
  let end = "a result";
  try {
    expression.all(input, evaluation);
  } catch (error) {
    end =
      error instanceof ExpressionError
        ? (/"expression-(\w+)"/.exec(error.message)?.[1] ?? error.kind)
        : `${error}`;
  }
  const ms = performance.now() - from;
  return { ms, mb: Math.max(0, resident("VmHWM") - before), end };
}

/** MB. The most that there ever was counts the making of the input too, so that it is never too little. */
function resident(field: "VmRSS" | "VmHWM"): number {
  const kb = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))![1];
  return Number(kb) / 1024;
}
