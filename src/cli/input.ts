import { Failure } from "../failure.ts";
import { type NamedText, parseJson } from "./json-text.ts";
import { readBytes } from "./text-source.ts";
import { usageError } from "./usage-error.ts";

/** The most that the data given to a workflow or an expression may have. */
const maxInputBytes = 16 * 2 ** 20;

/**
 * The text of `-i/--input`: JSON as it stands, `@file`, or `-` for stdin; undefined when not given. Rejects
 * `invalid_argument` with the position when it is not JSON.
 */
export async function readInput(given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const input = await readText(given, { name: "The input", flag: "--input" });
  parseJson(input);
  return input.text;
}

/** Reads what a flag gives (as it stands, `@file` or `-`) without looking at it; `name` is what errors call it. */
export async function readText(
  given: string,
  { name, flag }: { readonly name: string; readonly flag: string },
): Promise<NamedText> {
  if (given !== "-" && !given.startsWith("@")) {
    return { name, text: given, hint: `Quote it for the shell: ${flag} '{"key": "value"}'` };
  }
  return await readNamed(given === "-" ? "-" : given.slice(1));
}

/** Reads a file, or stdin (`-`), without looking at it. */
export async function readNamed(path: string): Promise<NamedText> {
  const bytes = await readBytes(path, maxInputBytes, "an input");
  const name = path === "-" ? "Standard input" : `"${path}"`;
  return { name, text: decode(bytes, name) };
}

/** The input with every `--set key.path=value` put into it. Throws `invalid_argument`. */
export function applySettings(input: string | undefined, settings: readonly string[], verb: string): string {
  if (settings.length === 0) return input ?? "";
  const root: unknown = input === undefined ? {} : JSON.parse(input);
  if (!isContainer(root) || Array.isArray(root)) {
    throw usageError("--set needs an input that is an object", verb, "Leave out --input, or give an object");
  }
  for (const setting of settings) set(root, setting, verb);
  return JSON.stringify(root);
}

type Container = Record<string, unknown>;

function set(root: Container, setting: string, verb: string): void {
  const equals = setting.indexOf("=");
  const path = setting
    .slice(0, Math.max(equals, 0))
    .split(/(?<!\\)\./)
    .map((key) => key.replaceAll("\\.", "."));
  if (equals <= 0 || path.includes("")) {
    throw usageError(`"${setting}" is not a setting`, verb, "Write it as --set key.path=value");
  }
  let target = root;
  for (const [index, key] of path.slice(0, -1).entries()) {
    const next = Object.hasOwn(target, key) ? target[key] : put(target, key, {});
    const where = path.slice(0, index + 1).join(".");
    if (!isContainer(next)) {
      throw usageError(`--set ${setting}: "${where}" is not an object`, verb, "Set another key");
    }
    if (Array.isArray(next) && !isItem(next, path[index + 1]!)) {
      throw usageError(
        `--set ${setting}: "${where}" is a list without an item "${path[index + 1]}"`,
        verb,
        "Name one by its index, from 0; the index after the last one appends",
      );
    }
    target = next;
  }
  put(target, path.at(-1)!, parseValue(path.join("."), setting.slice(equals + 1)));
}

function isItem(list: readonly unknown[], key: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(key) && Number(key) <= list.length;
}

/** Unlike an assignment this also takes `__proto__` for a mere key. */
function put(target: Container, key: string, value: unknown): unknown {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  return value;
}

/** JSON where it parses, text otherwise. */
function parseValue(key: string, text: string): unknown {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return parseJson({ text, name: `The value of "${key}"` });
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure("invalid_argument", `${name} is not valid UTF-8`, {
      reason: "not-utf-8",
      hint: "Convert it: iconv -t utf-8",
      cause: error,
    });
  }
}
