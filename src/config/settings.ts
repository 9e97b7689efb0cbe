import { closeSync, openSync, readSync } from "node:fs";
import { Failure } from "../failure.ts";
import type { Home } from "./home.ts";
import { type Name, type Option, options, type Settings } from "./options.ts";

export interface ResolvedSettings {
  readonly values: Settings;
  /** Where each value came from: `flag`, `PAWL_ENGINE`, `config.yaml:3:1` or `default`. */
  readonly origins: Readonly<Record<Name, string>>;
}

export interface SettingsSources {
  /** By option name, as typed: `{"temporal-address": "…"}`. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  /** Left out for a server that a client started: of the client's environment only the home reaches it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const maxFileBytes = 1024 * 1024;

/**
 * The options of `serve`: flag > `PAWL_*` > `config.yaml` > default. Rejects `invalid_argument` with the position for a file
 * that is broken or a value that does not fit.
 */
export async function readSettings(home: Home, sources: SettingsSources = {}): Promise<ResolvedSettings> {
  const file = await readFile(home.config);
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const [name, option] of Object.entries<Option>(options)) {
    const variable = `PAWL_${name.replaceAll("-", "_").toUpperCase()}`;
    const fromFlag = option.fileOnly ? undefined : sources.flags?.[name];
    const fromEnvironment = option.fileOnly ? undefined : sources.env?.[variable];
    const fromFile = file.get(name);
    const [given, origin] =
      fromFlag !== undefined
        ? [fromFlag, "flag"]
        : fromEnvironment !== undefined && fromEnvironment !== ""
          ? [fromEnvironment, variable]
          : fromFile !== undefined
            ? [fromFile.value, fromFile.position]
            : [undefined, "default"];
    origins[name] = origin;
    try {
      values[option.field] =
        given === undefined
          ? option.fallback
          : option.parse(given, given === fromFile?.value ? home.path : process.cwd());
    } catch (error) {
      const source = origin === "flag" ? `--${name}` : origin;
      throw invalid(
        `${source}: ${(error as Error).message}`,
        `Correct "${name}"`,
        origin.includes(":") ? "config-invalid" : "option-invalid",
      );
    }
  }
  return { values: values as unknown as Settings, origins: origins as Record<Name, string> };
}

interface FileValue {
  readonly value: unknown;
  readonly position: string;
}

async function readFile(path: string): Promise<Map<string, FileValue>> {
  const found = new Map<string, FileValue>();
  const text = readBounded(path);
  if (text === undefined) return found;
  const { isMap, isScalar, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken)
    throw invalid(
      `${position(broken.pos[0])}: ${broken.message.split(/ at line|\n/)[0]}`,
      `Correct "${path}"`,
    );
  if (document.contents === null) return found;
  if (!isMap(document.contents))
    throw invalid(`${path}:1:1: Expected "option: value" lines`, `Correct "${path}"`);
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value) : "";
    const at = position((isScalar(key) && key.range?.[0]) || 0);
    if (!Object.hasOwn(options, name)) {
      throw invalid(`${at}: Unknown option "${name}"`, `Known options: ${Object.keys(options).join(", ")}`);
    }
    found.set(name, { value: (value as { toJSON(): unknown } | null)?.toJSON(), position: at });
  }
  return found;
}

function readBounded(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw invalid(`Cannot read "${path}": ${(error as Error).message}`, `Make "${path}" a readable file`);
  }
  try {
    const buffer = Buffer.alloc(maxFileBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(fd, buffer, length, buffer.length - length, null);
    }
    if (length > maxFileBytes) throw invalid(`"${path}" is larger than 1 MiB`, `Shorten "${path}"`);
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw invalid(
      `Cannot read "${path}": ${(error as Error).message}`,
      `Make "${path}" a readable UTF-8 file`,
    );
  } finally {
    closeSync(fd);
  }
}

function invalid(message: string, hint: string, reason = "config-invalid"): Failure {
  return new Failure("invalid_argument", message, { reason, hint });
}
