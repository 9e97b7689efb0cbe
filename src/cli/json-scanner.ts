/** What is wrong with a JSON text, and where (UTF-16 offset). */
export interface JsonError {
  readonly offset: number;
  readonly message: string;
}

type Expectation = "value" | "value or ]" | "key" | "key or }" | "colon" | "separator" | "end";

const space = /[ \t\n\r]*/y;
const literal = /(?:true|false|null)(?![A-Za-z0-9_])|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;

/** The first place where a text stops being JSON (RFC 8259); undefined when it is JSON. Depth has no bound. */
export function findJsonError(text: string): JsonError | undefined {
  const open: ("{" | "[")[] = [];
  let expected: Expectation = "value";
  let offset = 0;
  for (;;) {
    offset = skip(space, text, offset) ?? offset;
    const char = text[offset];
    if (expected === "end")
      return char === undefined ? undefined : at(offset, `unexpected ${quote(char)} after the end`);
    if (char === undefined) return at(offset, "it ends too early");
    const closes = closing(char, expected, open.at(-1));
    if (closes) {
      open.pop();
      offset++;
      expected = open.length === 0 ? "end" : "separator";
      continue;
    }
    if (expected === "colon" || expected === "separator") {
      const wanted = expected === "colon" ? ":" : ",";
      if (char !== wanted) return at(offset, unexpected(char, expected, open.at(-1)));
      expected = expected === "colon" || open.at(-1) === "[" ? "value" : "key";
      offset++;
      continue;
    }
    const isKey: boolean = expected === "key" || expected === "key or }";
    if (!isKey && (char === "{" || char === "[")) {
      open.push(char);
      expected = char === "{" ? "key or }" : "value or ]";
      offset++;
      continue;
    }
    const end: number | undefined =
      char === '"' ? endOfString(text, offset) : isKey ? undefined : skip(literal, text, offset);
    if (end === undefined) return at(offset, unexpected(char, expected, open.at(-1)));
    offset = end;
    expected = isKey ? "colon" : open.length === 0 ? "end" : "separator";
  }
}

function closing(char: string, expected: Expectation, open: "{" | "[" | undefined): boolean {
  if (char === "}") return open === "{" && (expected === "separator" || expected === "key or }");
  return char === "]" && open === "[" && (expected === "separator" || expected === "value or ]");
}

function unexpected(char: string, expected: Expectation, open: "{" | "[" | undefined): string {
  if (expected === "colon") return `expected ":", found ${quote(char)}`;
  if (expected === "separator") return `expected "," or "${open === "{" ? "}" : "]"}", found ${quote(char)}`;
  if (expected.startsWith("key")) return `expected a key in double quotes, found ${quote(char)}`;
  if (char === '"') return "a string that is not closed, or has a bad escape";
  return `expected a value, found ${quote(char)}`;
}

function quote(char: string): string {
  return JSON.stringify(char);
}

function at(offset: number, message: string): JsonError {
  return { offset, message };
}

function skip(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The offset after the closing quote; undefined when there is none, or a bad escape or a bare control character. */
function endOfString(text: string, offset: number): number | undefined {
  for (let index = offset + 1; index < text.length; ) {
    const char = text[index]!;
    if (char === '"') return index + 1;
    if (char < " ") return undefined;
    const next = char === "\\" ? skip(escapeSequence, text, index) : index + 1;
    if (next === undefined) return undefined;
    index = next;
  }
  return undefined;
}

const escapes =
  /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\ud800-\udfff])|\\./gu;

/**
 * The first half of a character whose other half is missing, in a text that is JSON: it stands for no text of Unicode, so
 * that nothing could store, compare or send it as it is. Undefined when there is none.
 */
export function findLoneSurrogate(text: string): JsonError | undefined {
  // Millions of other escapes are not worth a look each.
  if (!/\\u[dD][89a-fA-F]/.test(text) && text.isWellFormed()) return undefined;
  for (const { groups, index } of text.matchAll(escapes)) {
    const lone = groups?.["lone"];
    if (lone === undefined) continue;
    const name = lone.startsWith("\\") ? lone : `\\u${lone.charCodeAt(0).toString(16)}`;
    return at(index, `"${name}" is half of a character, and the other half is missing`);
  }
  return undefined;
}
