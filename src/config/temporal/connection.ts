import { userInfo } from "node:os";
import { join } from "node:path";
import type { Name, Settings } from "../options.ts";
import type { ResolvedSettings } from "../settings.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { invalid, type Layer, type Parts, type Piece } from "./layer.ts";
import { readProfile } from "./profile.ts";

/** Where Temporal is and what it takes to be let in, out of all the places that say so. */
export interface TemporalConnection {
  /** HOST:PORT. */
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly apiKey?: Piece;
  /** Absent: not encrypted. */
  readonly tls?: {
    readonly ca?: Piece;
    readonly cert?: Piece;
    readonly key?: Piece;
    readonly serverName?: string;
  };
  readonly metadata?: Readonly<Record<string, string>>;
  /** What was decided, and where it comes from, to be shown: what is secret is not in it. */
  readonly settings: readonly ShownSetting[];
  /** What was found on the way and is not heeded. */
  readonly notes: readonly string[];
}

export interface ShownSetting {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

const defaults: Layer = {
  address: { value: "127.0.0.1:7233", origin: "default" },
  namespace: { value: "default", origin: "default" },
  taskQueue: { value: "pawl", origin: "default" },
};

/**
 * Our own settings > Temporal's variables > its configuration file > defaults, each part by itself. `env` is left out for
 * a server that a client started. Throws `invalid_argument` with the place of what does not fit.
 */
export function resolveTemporal(resolved: ResolvedSettings, env: Environment = {}): TemporalConnection {
  const { layer: profile, notes } = readProfile(chooseProfile(resolved.values, env));
  const layers = [ownLayer(resolved), readEnvironment(env), profile, defaults];
  const of = <K extends keyof Parts>(key: K): Layer[K] => layers.find((layer) => layer[key])?.[key];
  const said = { ca: of("ca"), cert: of("cert"), key: of("key"), serverName: of("serverName") };
  if (!said.cert !== !said.key) {
    const [there, missing] = said.cert ? [said.cert, "key"] : [said.key, "certificate"];
    const hint = 'Give both: "temporal-tls-cert-file" and "temporal-tls-key-file"';
    throw invalid(`${there?.origin}: The client's ${missing} is missing`, hint);
  }
  const apiKey = of("apiKey");
  const reason = said.ca ?? said.cert ?? said.serverName ?? apiKey;
  const tls = of("tls") ?? (reason && { value: true, origin: reason.origin });
  const values = Object.entries(said).flatMap(([key, part]) => (part ? [[key, part.value]] : []));
  const metadata = of("metadata");
  return {
    address: of("address")?.value ?? "",
    namespace: of("namespace")?.value ?? "",
    taskQueue: of("taskQueue")?.value ?? "",
    ...(apiKey && { apiKey: apiKey.value }),
    ...(tls?.value && { tls: Object.fromEntries(values) }),
    ...(metadata && { metadata: metadata.value }),
    settings: show({
      address: of("address"),
      namespace: of("namespace"),
      taskQueue: of("taskQueue"),
      apiKey,
      tls: tls ?? { value: false, origin: "default" },
      ...(tls?.value && said),
      metadata,
    }),
    notes,
  };
}

/** A key of one's own variable counts more than a file that `config.yaml` names, and less than one of a flag. */
function ownLayer({ values, origins }: ResolvedSettings): Layer {
  const of = <T>(name: Name, value: T | undefined) =>
    value === undefined ? undefined : { value, origin: readable(name, origins[name]) };
  const file = (name: Name, path: string | undefined) =>
    of<Piece>(name, path === undefined ? path : { file: path });
  const keyFile = file("temporal-api-key-file", values.temporalApiKeyFile);
  const { temporalApiKey: text } = values;
  const key = of<Piece>("temporal-api-key", text === undefined ? text : { text });
  if (key && keyFile?.origin.startsWith("PAWL_")) {
    throw invalid(`Both ${keyFile.origin} and ${key.origin} are given`, "Leave one of them out");
  }
  return {
    address: of("temporal-address", values.temporalAddress),
    namespace: of("temporal-namespace", values.temporalNamespace),
    taskQueue: of("temporal-task-queue", values.temporalTaskQueue),
    apiKey: keyFile && origins["temporal-api-key-file"] === "flag" ? keyFile : (key ?? keyFile),
    tls: of("temporal-tls", values.temporalTls),
    ca: file("temporal-tls-ca-file", values.temporalTlsCaFile),
    cert: file("temporal-tls-cert-file", values.temporalTlsCertFile),
    key: file("temporal-tls-key-file", values.temporalTlsKeyFile),
    serverName: of("temporal-tls-server-name", values.temporalTlsServerName),
  };
}

const readable = (name: Name, origin: string) => (origin === "flag" ? `--${name}` : origin);

function chooseProfile(values: Settings, env: Environment) {
  const path = values.temporalConfigFile ?? (env["TEMPORAL_CONFIG_FILE"] || undefined);
  const profile = values.temporalProfile ?? (env["TEMPORAL_PROFILE"] || undefined);
  return { path: path ?? usualFile(env), pathGiven: path !== undefined, profile };
}

function usualFile(env: Environment): string {
  const home = env["HOME"] || userInfo().homedir;
  const xdg = env["XDG_CONFIG_HOME"];
  const linux = xdg?.startsWith("/") ? xdg : join(home, ".config");
  const folder = process.platform === "darwin" ? join(home, "Library/Application Support") : linux;
  return join(folder, "temporalio/temporal.toml");
}

const names: Readonly<Record<keyof Parts, string>> = {
  address: "address",
  namespace: "namespace",
  taskQueue: "task queue",
  apiKey: "API key",
  tls: "TLS",
  ca: "CA",
  cert: "client certificate",
  key: "client key",
  serverName: "server name",
  metadata: "metadata",
};

function show({ metadata, ...layer }: Layer): ShownSetting[] {
  const parts = Object.entries(layer).flatMap(([key, said]) =>
    said ? [{ name: names[key as keyof Parts], value: shown(said.value), origin: said.origin }] : [],
  );
  if (!metadata) return parts;
  const value = Object.keys(metadata.value).join(", ");
  return [...parts, { name: names.metadata, value, origin: metadata.origin }];
}

/** Of what may be secret, only where it is. */
function shown(value: string | boolean | Piece): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "on" : "off";
  return "file" in value ? value.file : "(given)";
}
