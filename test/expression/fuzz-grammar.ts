import type { Json } from "../../src/expression/json.ts";
import { assignments, functions, operators, plainFunctions, regexes } from "./fuzz-words.ts";
import { Random } from "./random.ts";

/** A program and what it is run on. */
export interface Case {
  readonly program: string;
  readonly input: Json;
}

/** Makes a case; the same seed makes the same. Programs are bounded: they end, and have few outputs. */
export function makeCase(seed: number): Case {
  const random = new Random(seed);
  const program = new ProgramMaker(random).pipeline(random.below(4));
  // Most programs fail on most values; tried on all parts of the input, they succeed on some.
  const everywhere = random.below(3) === 0;
  return { input: makeValue(random, 3), program: everywhere ? `.. | (${program})?` : program };
}

const strings = [
  "",
  "a",
  "b",
  "abc",
  "a b",
  "aXbxc",
  "é😀",
  "1",
  "-1.5e3",
  "[1,2]",
  "x,y;z",
  "2015-03-05T23:51:47Z",
  "\\(",
  "ÀÉ\n\t\"'<&>",
];
const numbers = [
  0, 1, -1, 2, 3, 10, 0.5, -2.5, 1e3, 100000, 1e17, 1.1, 3.0000000001, 1e-5, 123456789012, 1e100,
];

function makeValue(random: Random, depth: number): Json {
  const kind = random.below(depth > 0 ? 9 : 5);
  if (kind === 0) return null;
  if (kind === 1) return random.below(2) === 0;
  if (kind <= 2) return random.pick(numbers);
  if (kind <= 4) return random.pick(strings);
  const size = random.below(4);
  if (kind <= 6) return Array.from({ length: size }, () => makeValue(random, depth - 1));
  const keys = Array.from({ length: size }, () => random.pick(["a", "b", "c", "key", "é"]));
  return Object.fromEntries(keys.map((key) => [key, makeValue(random, depth - 1)]));
}

class ProgramMaker {
  private readonly random: Random;
  private readonly variables: string[] = [];
  private readonly defined: string[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  pipeline(depth: number): string {
    const stages = Array.from({ length: 1 + this.random.below(2) }, () => this.filter(depth));
    return stages.join(" | ");
  }

  filter(depth: number): string {
    if (depth <= 0) return this.leaf();
    switch (this.random.below(13)) {
      case 0:
        return `(${this.filter(depth - 1)} ${this.random.pick(operators)} ${this.filter(depth - 1)})`;
      case 1:
        return `(${this.path(depth - 1)} ${this.random.pick(assignments)} ${this.filter(depth - 1)})`;
      case 2:
        return `if ${this.filter(depth - 1)} then ${this.filter(depth - 1)} else ${this.filter(depth - 1)} end`;
      case 3:
        return `(try ${this.filter(depth - 1)} catch ${this.filter(depth - 1)})`;
      case 4:
        return `[${this.pipeline(depth - 1)}]`;
      case 5:
        return this.object(depth);
      case 6:
        return this.binding(depth);
      case 7:
        return `"<\\(${this.filter(depth - 1)})>"`;
      case 8:
        return this.definition(depth);
      case 9:
        return this.path(depth);
      default:
        return this.call(depth);
    }
  }

  private leaf(): string {
    const { random } = this;
    switch (random.below(7)) {
      case 0:
        return String(random.pick(numbers));
      case 1:
        return JSON.stringify(random.pick(strings));
      case 2:
        return random.pick(["null", "true", "false", "[]", "{}", "empty", "."]);
      case 3:
        return random.pick(plainFunctions);
      case 4:
        return this.variables.length > 0 ? random.pick(this.variables) : ".";
      case 5:
        return this.defined.length > 0 ? random.pick(this.defined) : ".[]?";
      default:
        return this.path(0);
    }
  }

  private path(depth: number): string {
    const { random } = this;
    const steps = Array.from({ length: 1 + random.below(2) }, () => {
      const inner = depth > 0 ? this.filter(depth - 1) : "0";
      const step = random.pick([
        ".a",
        ".b",
        ".[]",
        ".[0]",
        ".[-1]",
        ".[1:]",
        ".[:2]",
        '."é"',
        `.[${inner}]`,
        "..",
        "first",
        "last",
      ]);
      return step + random.pick(["", "", "?"]);
    });
    const path = steps.join(" | ");
    return random.pick([path, `(${path})`, `getpath(["a", 0])`, `(${path} // .)`, `(${path} | select(.))`]);
  }

  private object(depth: number): string {
    const { random } = this;
    const field = () =>
      random.pick([
        `a: (${this.filter(depth - 1)})`,
        `"b": (${this.filter(depth - 1)})`,
        `(${this.filter(depth - 1)}): (${this.filter(depth - 1)})`,
        "a",
        `"x\\(1)": 2`,
        `@base64 "a": 1`,
      ]);
    return `{${Array.from({ length: random.below(3) }, field).join(", ")}}`;
  }

  private binding(depth: number): string {
    const { random } = this;
    const source = this.filter(depth - 1);
    const pattern = random.pick([
      "$x",
      "[$x]",
      "{a: $x}",
      "[$y, $x]",
      "{$a, b: [$x]}",
      '{"a": $x}',
      "[$x] ?// $x",
      "{$x} ?// [$x] ?// $x",
    ]);
    const names = [...new Set(pattern.match(/\$\w+/g))];
    this.variables.push(...names);
    const body = this.pipeline(depth - 1);
    this.variables.length -= names.length;
    return `(${source} as ${pattern} | ${body})`;
  }

  private definition(depth: number): string {
    const { random } = this;
    const body = this.filter(depth - 1);
    const [head, use] = random.pick([
      ["def f: ", "f"],
      ["def f(g): g | ", `f(${this.filter(depth - 1)})`],
      ["def f($v): $v, ", `f(${this.filter(depth - 1)})`],
      ["label $out | ", `(${this.filter(depth - 1)}, break $out)`],
    ] as const);
    if (head.startsWith("label")) return `(${head}${use})`;
    this.defined.push(use);
    const rest = this.filter(depth - 1);
    this.defined.pop();
    return `(${head}${body}; ${rest})`;
  }

  private call(depth: number): string {
    const { random } = this;
    const bound = (template: string) => {
      if (template.includes("$x")) this.variables.push("$x");
      const text = template.replaceAll(/\b[FPNRS]\b/g, (slot) => this.argument(slot, depth));
      if (template.includes("$x")) this.variables.pop();
      return text;
    };
    const text = bound(random.pick(functions));
    return text.includes(" ") ? `(${text})` : text;
  }

  private argument(slot: string, depth: number): string {
    const { random } = this;
    if (slot === "F") return this.filter(depth - 1);
    if (slot === "P") return this.path(depth - 1);
    if (slot === "N") return random.pick(["0", "1", "2", "3", "-1", "5", "1.5", "null"]);
    if (slot === "R") return JSON.stringify(random.pick(regexes));
    return JSON.stringify(random.pick(["", "a", ",", "x", " "]));
  }
}
