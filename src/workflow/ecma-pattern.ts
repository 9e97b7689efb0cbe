/**
 * A regular expression of JSON Schema (ECMA-262 with the flag `u`, and valid there) in the syntax of `expression/regex`,
 * whose work can be counted and cut off. The host's cannot, and answers "no match" where it gave up.
 */
export function fromEcmaPattern(source: string): string {
  let result = "";
  let inClass = false;
  for (let at = 0; at < source.length; ) {
    const [from, to] = inClass ? partOfClass(source, at) : part(source, at);
    if (from === "[" || from === "[^") inClass = true;
    if (from === "]") inClass = false;
    result += to;
    at += from.length;
  }
  return result;
}

type Part = readonly [from: string, to: string];

const word = "A-Za-z0-9_";
/** What stands in brackets for each class: sets within sets there are none, so what is left out is spelt out, too. */
const classes: Readonly<Record<string, string>> = {
  d: "0-9",
  D: "\\x{0}-\\x{2F}\\x{3A}-\\x{10FFFF}",
  w: word,
  W: "\\x{0}-\\x{2F}\\x{3A}-\\x{40}\\x{5B}-\\x{5E}\\x{60}\\x{7B}-\\x{10FFFF}",
  s:
    "\\x{9}-\\x{D}\\x{20}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}" +
    "\\x{FEFF}",
  S:
    "\\x{0}-\\x{8}\\x{E}-\\x{1F}\\x{21}-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}" +
    "\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}",
};

const plain: Readonly<Record<string, string>> = {
  "^": "\\A",
  $: "\\z",
  ".": "[^\\n\\r\\x{2028}\\x{2029}]",
  "[]": "(?!)",
  "[^]": "[\\x{0}-\\x{10FFFF}]",
  "\\b": `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`,
  "\\B": `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`,
};

function part(source: string, at: number): Part {
  const from = /^(?:\[\^?\]|\[\^|\\[bB]|[\s\S])/.exec(source.slice(at, at + 3))![0];
  if (from in plain) return [from, plain[from]!];
  return from === "\\" ? escaped(source, at, false) : [from, from];
}

function partOfClass(source: string, at: number): Part {
  const from = source[at]!;
  if (from === "\\") return source[at + 1] === "b" ? ["\\b", "\\x08"] : escaped(source, at, true);
  return [from, from === "[" ? "\\[" : from];
}

function escaped(source: string, at: number, inClass: boolean): Part {
  const rest = source.slice(at, at + 80);
  const [pointed] = /^\\[\s\S]/.exec(rest)!;
  if (pointed === "\\v") return [pointed, character(0x0b)];
  const items = classes[rest[1]!];
  if (items !== undefined) return [pointed, inClass ? items : `[${items}]`];
  const [pair, high = "", low = ""] = /^\\u(d[89ab]..)\\u(d[c-f]..)/i.exec(rest) ?? [];
  if (pair !== undefined) return [pair, character(String.fromCharCode(hex(high), hex(low)).codePointAt(0)!)];
  const [code, long, short, two] = /^\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2}))/i.exec(rest) ?? [];
  if (code !== undefined) return [code, character(hex(long ?? short ?? two ?? ""))];
  const [property, name = ""] = /^\\p\{(?:\w+=)?(\w+)\}/i.exec(rest) ?? [];
  if (property !== undefined) return [property, `\\${property[1]}{${name}}`];
  return [pointed, pointed];
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16);
}

function character(code: number): string {
  return `\\x{${code.toString(16)}}`;
}
