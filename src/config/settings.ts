import { Failure } from "../failure.ts";
import { readBounded } from "./bounded-file.ts";
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
    const fromFlag = option.only ? undefined : sources.flags?.[name];
    const fromEnvironment = option.only === "file" ? undefined : sources.env?.[variable];
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

const known = Object.entries<Option>(options)
  .flatMap(([name, { only }]) => (only === "variable" ? [] : [name]))
  .join(", ");

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
    const option = Object.hasOwn(options, name) ? (options as Record<string, Option>)[name] : undefined;
    if (option === undefined) throw invalid(`${at}: Unknown option "${name}"`, `Known options: ${known}`);
    if (option.only === "variable") {
      const hint = `Take it out, and name a file instead: "${name}-file"`;
      throw invalid(`${at}: "${name}" does not belong into a file that others may read`, hint);
    }
    found.set(name, { value: (value as { toJSON(): unknown } | null)?.toJSON(), position: at });
  }
  return found;
}

function invalid(message: string, hint: string, reason = "config-invalid"): Failure {
  return new Failure("invalid_argument", message, { reason, hint });
}
