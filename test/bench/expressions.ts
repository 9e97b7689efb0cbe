/**
 * B8: typical runtime expressions, in turns with jq compiled to WASM and jq in JavaScript; the ratios are what counts.
 * `bun test/bench/expressions.ts [rounds]`
 */
import { compile as compileJqjs } from "@michaelhomer/jqjs";
import { loadJq } from "jq-wasm/inline";
import packages from "../../package.json";
import { compile } from "../../src/expression/compile.ts";
import type { Json } from "../../src/expression/json.ts";
import { context, expressions, order } from "./expression-cases.ts";
import { median } from "./measure.ts";
import { section, type Table } from "./report.ts";

const rounds = Number(process.argv[2] ?? 25);
/** How long one engine evaluates one expression in one round: less than a scheduler gives a process at once. */
const turnMs = 4;
const evaluation = { variables: { context }, nowMs: 0 };
const jqWasm = await loadJq();

/** Evaluates once; undefined if the engine cannot. */
type Evaluate = (() => unknown) | undefined;

function ours(text: string): Evaluate {
  const expression = compile(text, ["context"]);
  return () => expression.all(order, evaluation);
}

function jqjs(text: string): Evaluate {
  if (text.includes("$context")) return undefined;
  const program = compileJqjs(text);
  return () => [...program(order)];
}

function wasm(text: string): Evaluate {
  const flags = text.includes("$context") ? ["--argjson", "context", JSON.stringify(context)] : [];
  return () => jqWasm.json(order as object, text, flags);
}

/** Only engines that are right are measured. */
function checked(evaluate: Evaluate, expected: string): Evaluate {
  try {
    return JSON.stringify(evaluate?.()) === expected ? evaluate : undefined;
  } catch {
    return undefined;
  }
}

/** Nanoseconds per evaluation, over a turn. */
function turn(evaluate: () => unknown): number {
  let count = 0;
  const from = Bun.nanoseconds();
  const until = from + turnMs * 1e6;
  while (Bun.nanoseconds() < until) {
    // Asking the clock costs as much as a fast evaluation, so it is asked once in a while.
    const times = count < 64 ? 1 : 64;
    for (let index = 0; index < times; index++) evaluate();
    count += times;
  }
  return (Bun.nanoseconds() - from) / count;
}

let compiled = 0;

/** Nanoseconds of parsing and compiling; a comment makes each text one that is not in the cache. */
function compileTime(text: string): number {
  return turn(() => compile(`${text} # ${compiled++}`, ["context"]));
}

/** Of the turns of one engine: those in which others had the processor say nothing about it. */
function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 2] ?? Number.NaN;
}

interface Row {
  readonly expression: string;
  readonly compileUs: number;
  readonly ns: number;
  readonly jqWasmNs: number | undefined;
  readonly jqjsNs: number | undefined;
}

function measure(text: string): Row {
  const expected = JSON.stringify(ours(text)?.() as Json);
  const engines = [ours, wasm, jqjs].map((engine) => {
    try {
      return checked(engine(text), expected);
    } catch {
      return undefined;
    }
  });
  const times = engines.map((): number[] => []);
  const compiling: number[] = [];
  for (const evaluate of engines) if (evaluate) turn(evaluate);
  for (let round = 0; round < rounds; round++) {
    for (const [index, evaluate] of engines.entries()) if (evaluate) times[index]!.push(turn(evaluate));
    compiling.push(compileTime(text));
  }
  const [ns, jqWasmNs, jqjsNs] = times.map((each) => (each.length > 0 ? lowerQuartile(each) : undefined));
  return { expression: text, compileUs: lowerQuartile(compiling) / 1000, ns: ns!, jqWasmNs, jqjsNs };
}

function ratios(rows: readonly Row[], peer: "jqWasmNs" | "jqjsNs"): number[] {
  return rows.flatMap((row) => (row[peer] === undefined ? [] : [row[peer] / row.ns]));
}

function table(rows: readonly Row[]): Table {
  const times = (peer: number | undefined, own: number) =>
    peer === undefined ? ["cannot", ""] : [peer.toFixed(0), `${(peer / own).toFixed(1)}×`];
  return {
    head: ["expression", "ns", "jqjs ns", "ratio", "jq-wasm ns", "ratio", "compile µs"],
    rows: rows.map(({ expression, ns, jqjsNs, jqWasmNs, compileUs }) => {
      const code = `\`${expression.replaceAll("|", "\\|")}\``;
      return [code, ns.toFixed(0), ...times(jqjsNs, ns), ...times(jqWasmNs, ns), compileUs.toFixed(1)];
    }),
  };
}

await section("expressions", "B8: expressions", async () => {
  const rows = expressions.map(measure);
  const summary = {
    medianNs: median(rows.map(({ ns }) => ns)),
    medianCompileUs: median(rows.map(({ compileUs }) => compileUs)),
    medianRatioToJqWasm: median(ratios(rows, "jqWasmNs")),
    medianRatioToJqjs: median(ratios(rows, "jqjsNs")),
  };
  const { "jq-wasm": wasmVersion, "@michaelhomer/jqjs": jqjsVersion } = packages.devDependencies;
  return {
    method: `${rounds} rounds in turns, medians.`,
    versions: { "jq-wasm": wasmVersion, "@michaelhomer/jqjs": jqjsVersion },
    tables: [table(rows)],
    notes: [
      `Median: ${summary.medianNs.toFixed(0)} ns per evaluation, ` +
        `${summary.medianCompileUs.toFixed(1)} µs to compile (bar 20), ` +
        `${summary.medianRatioToJqWasm.toFixed(0)}× faster than jq-wasm (bar 300), ` +
        `${summary.medianRatioToJqjs.toFixed(1)}× faster than jqjs (bar 5)`,
    ],
    raw: { rounds, summary, rows },
  };
});
