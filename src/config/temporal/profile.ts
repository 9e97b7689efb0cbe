import { readBounded } from "../bounded-file.ts";
import { text, truth } from "../options.ts";
import { headerName, refuseUnverified } from "./environment.ts";
import {
  invalid,
  type Layer,
  type OpenLayer,
  type Parts,
  type Piece,
  pathPiece,
  temporalAddress,
} from "./layer.ts";

export interface ProfileChoice {
  readonly path: string;
  /** Whether somebody named the file: then it must be there. */
  readonly pathGiven: boolean;
  /** Undefined: `default`, which need not be there. */
  readonly profile: string | undefined;
}

export interface ReadProfile {
  readonly layer: Layer;
  /** What was found and means nothing to us. */
  readonly notes: readonly string[];
}

const defaultProfile = "default";
/** Beyond so many lines an error of the syntax is told without its place. */
const searchedLines = 2_000;
/** Of what Temporal's tools write there, this concerns them alone. */
const elsewhere = new Set(["codec", "oauth"]);

/**
 * What a profile of Temporal's configuration file (`temporal.toml`) says. Throws `invalid_argument` with file, profile and
 * key.
 */
export function readProfile({ path, pathGiven, profile }: ProfileChoice): ReadProfile {
  const content = readBounded(path);
  if (content === undefined) {
    if (pathGiven) throw invalid(`"${path}" does not exist`, "Create it, or name another file");
    if (profile === undefined) return { layer: {}, notes: [] };
    throw invalid(`There is no profile "${profile}": "${path}" does not exist`, "Create it, or name another");
  }
  const profiles = table(parse(path, content)["profile"] ?? {}, `${path}: "profile"`);
  const name = profile ?? defaultProfile;
  if (!Object.hasOwn(profiles, name)) {
    if (profile === undefined) return { layer: {}, notes: [] };
    const known = Object.keys(profiles).join(", ") || "none";
    throw invalid(`${path}: There is no profile "${name}"`, `Profiles that are there: ${known}`);
  }
  return new Reader(path, name).read(profiles[name]);
}

class Reader {
  readonly #path: string;
  readonly #where: string;
  readonly #layer: OpenLayer = {};
  readonly #notes: string[] = [];

  constructor(path: string, profile: string) {
    this.#path = path;
    this.#where = `${path}: profile "${profile}"`;
  }

  read(given: unknown): ReadProfile {
    for (const [key, value] of Object.entries(table(given, this.#where))) {
      if (key === "address") this.#take(key, "address", () => temporalAddress(text(value)));
      else if (key === "namespace") this.#take(key, "namespace", () => text(value));
      else if (key === "api_key") this.#take(key, "apiKey", () => ({ text: hidden(value) }));
      else if (key === "grpc_meta") this.#take(key, "metadata", () => headers(value));
      else if (key === "tls") this.#readTls(table(value, `${this.#where}, "tls"`));
      else if (!elsewhere.has(key)) this.#unknown(key);
    }
    return { layer: this.#layer, notes: this.#notes };
  }

  /** That there is such a table means encryption. */
  #readTls(given: Record<string, unknown>): void {
    this.#take("tls", "tls", () => !truth(given["disabled"] ?? false));
    for (const [key, value] of Object.entries(given)) {
      const at = `tls.${key}`;
      const [, which, form] = /^(server_ca_cert|client_cert|client_key)_(path|data)$/.exec(key) ?? [];
      if (which !== undefined) this.#take(at, pieces[which]!, () => piece(form, hidden(value)));
      else if (key === "server_name") this.#take(at, "serverName", () => text(value));
      else if (key === "disable_host_verification") refuseUnverified(`${this.#where}, "${at}"`, value);
      else if (key !== "disabled") this.#unknown(at);
    }
  }

  #take<K extends keyof Parts>(at: string, key: K, parse: () => Parts[K]): void {
    const origin = `${this.#where}, "${at}"`;
    const hint = `Correct "${at}" in "${this.#path}"`;
    if (this.#layer[key]) throw invalid(`${origin}: It is given twice, as a path and as data`, hint);
    try {
      this.#layer[key] = { value: parse(), origin } as OpenLayer[K];
    } catch (error) {
      throw invalid(`${origin}: ${(error as Error).message}`, hint);
    }
  }

  #unknown(key: string): void {
    this.#notes.push(`${this.#where}, "${key}" is not known, and not heeded`);
  }
}

const pieces: Readonly<Record<string, "ca" | "cert" | "key">> = {
  server_ca_cert: "ca",
  client_cert: "cert",
  client_key: "key",
};

const piece = (form: string | undefined, given: string): Piece =>
  form === "path" ? pathPiece(given) : { text: given };

/** What may be secret is not repeated in an error. */
function hidden(given: unknown): string {
  if (typeof given === "string" && given !== "") return given;
  throw new Error("Expected a text in quotes");
}

function headers(given: unknown): Record<string, string> {
  const entries = Object.entries(table(given, "grpc_meta"));
  return Object.fromEntries(entries.map(([name, value]) => [headerName(name), text(value)]));
}

function table(given: unknown, where: string): Record<string, unknown> {
  if (typeof given === "object" && given !== null && !Array.isArray(given))
    return given as Record<string, unknown>;
  throw invalid(`${where}: Expected a table`, "Write it as Temporal's documentation has it");
}

function parse(path: string, content: string): Record<string, unknown> {
  try {
    return Bun.TOML.parse(content) as Record<string, unknown>;
  } catch (error) {
    const line = brokenLine(content);
    const what = (error as Error).message.replace(/^TOML Parse error: /, "");
    throw invalid(`${line === undefined ? path : `${path}:${line}`}: ${what}`, `Correct "${path}"`);
  }
}

/** The parser does not say where. From the line on that is broken, no beginning of the file can be read. */
function brokenLine(content: string): number | undefined {
  const lines = content.split("\n");
  if (lines.length > searchedLines) return undefined;
  const reads = (count: number) => {
    try {
      Bun.TOML.parse(lines.slice(0, count).join("\n"));
      return true;
    } catch {
      return false;
    }
  };
  let count = lines.length;
  while (count > 1 && !reads(count - 1)) count -= 1;
  return count;
}
