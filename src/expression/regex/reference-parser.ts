import type { Node } from "./ast.ts";
import type { PatternReader } from "./pattern-reader.ts";
import { regexError } from "./regex-error.ts";

/** A reference to a group, by name or number, as in `\k<name>`, `\g<1>`, `(?(<name>)…)`. */
interface Reference {
  readonly text: string;
  /** Undefined for a name. Relative numbers (`-1`, `+1`) are made absolute. */
  readonly number: number | undefined;
}

/** Reads `k<…>` or `k'…'`. */
export function parseBackreference(reader: PatternReader): Node {
  reader.at++;
  const fold = reader.options.ignoreCase;
  return {
    type: "backreference",
    groups: referredGroups(reader, parseReference(reader, closing(reader))),
    fold,
  };
}

/** Reads `\1` and so on; undefined, with nothing read, where the digits are an octal code. */
export function parseNumberedBackreference(reader: PatternReader): Node | undefined {
  const start = reader.at;
  const number = reader.digits(10, 10)!;
  if (number > 9 && number >= reader.groupNames.length) {
    reader.at = start;
    return undefined;
  }
  checkGroup(reader, number);
  return { type: "backreference", groups: [number], fold: reader.options.ignoreCase };
}

/** Reads `g<…>` or `g'…'`. */
export function parseCall(reader: PatternReader): Node {
  reader.at++;
  return callOf(reader, parseReference(reader, closing(reader)));
}

/** Reads the rest of `(?&name)`, `(?1)`, `(?+1)`, `(?-1)`. */
export function parseGroupCall(reader: PatternReader): Node {
  return callOf(reader, parseReference(reader, ")"));
}

/** Reads a reference up to and with its closing character. */
export function parseReference(reader: PatternReader, close: string): Reference {
  let text = "";
  for (;;) {
    if (reader.atEnd) throw regexError(text === "" ? "group name is empty" : `invalid group name <${text}>`);
    const char = reader.next();
    if (char === close) break;
    text += char;
  }
  if (text === "") throw regexError("group name is empty");
  if (!/^[-+]?\d/.test(text)) {
    if (!/^[\p{L}_]/u.test(text)) throw regexError(`invalid group name <${text}>`);
    return { text, number: undefined };
  }
  if (!/^[-+]?\d+$/.test(text)) throw regexError(`invalid group name <${text}>`);
  const written = Number(text);
  const known = reader.groupNames.length;
  const number = text[0] === "-" ? known + written : text[0] === "+" ? known - 1 + written : written;
  return { text, number };
}

/** The groups that a backreference or a condition means; one by name must already be known. */
export function referredGroups(reader: PatternReader, reference: Reference): readonly number[] {
  if (reference.number === undefined) {
    const groups = reader.groupsNamed(reference.text);
    if (groups.length === 0) throw regexError(`undefined name <${reference.text}> reference`);
    return groups;
  }
  if (reference.number <= 0) throw regexError("invalid backref number/name");
  checkGroup(reader, reference.number);
  return [reference.number];
}

function closing(reader: PatternReader): string {
  return reader.next() === "<" ? ">" : "'";
}

function checkGroup(reader: PatternReader, group: number): void {
  reader.checks.push(() => {
    if (group >= reader.groupNames.length) throw regexError("invalid backref number/name");
  });
}

/** A call may precede its group, so the number of a named one is filled in at the end. */
function callOf(reader: PatternReader, reference: Reference): Node {
  const call = { type: "call" as const, group: reference.number ?? 0 };
  reader.checks.push(() => {
    if (reference.number !== undefined) {
      if (reference.number < 0 || reference.number >= reader.groupNames.length)
        throw regexError(`undefined group <${reference.text}> reference`);
      return;
    }
    const groups = reader.groupsNamed(reference.text);
    if (groups.length === 0) throw regexError(`undefined name <${reference.text}> reference`);
    if (groups.length > 1) throw regexError(`multiplex definition name <${reference.text}> call`);
    call.group = groups[0]!;
  });
  return call;
}
