import { resolve } from "node:path";

/** The options of a server, as values. */
export interface Settings {
  readonly engine: "sqlite" | "temporal";
  readonly durability: "slice" | "task";
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Ends an idle server after this many ms; undefined: never. */
  readonly idleExitMs: number | undefined;
  /** How long a stop waits for what is in flight. */
  readonly drainMs: number;
  /** How long executions that have ended are kept: for so many ms, or the newest so many; undefined: for ever. */
  readonly retain: { readonly ageMs: number } | { readonly count: number } | undefined;
  /** HOST:PORT of the API over TCP, only with a token. */
  readonly listen: string | undefined;
  readonly tokenFile: string | undefined;
  /** HOST:PORT of the Prometheus endpoint. */
  readonly metrics: string | undefined;
  /** Added to the environment of the processes that tasks start. */
  readonly env: Readonly<Record<string, string>>;
  /** Bounds of one expression: `Limits` in expression.ts; undefined: their defaults. */
  readonly expressionSteps: number | undefined;
  readonly expressionDepth: number | undefined;
  readonly expressionOutputs: number | undefined;
  readonly expressionBytes: number | undefined;
  readonly temporalAddress: string | undefined;
  readonly temporalNamespace: string | undefined;
  readonly temporalTaskQueue: string | undefined;
  readonly temporalApiKey: string | undefined;
  readonly temporalApiKeyFile: string | undefined;
  /** Undefined: encrypted when anything else asks for it. */
  readonly temporalTls: boolean | undefined;
  readonly temporalTlsCaFile: string | undefined;
  readonly temporalTlsCertFile: string | undefined;
  readonly temporalTlsKeyFile: string | undefined;
  readonly temporalTlsServerName: string | undefined;
  /** Temporal's own configuration file, and the profile in it. */
  readonly temporalConfigFile: string | undefined;
  readonly temporalProfile: string | undefined;
  readonly queueWhenUnavailable: boolean;
  /** How long an execution may wait in the queue for its start. */
  readonly queueTtlMs: number;
}

export interface Option {
  readonly field: keyof Settings;
  readonly fallback: unknown;
  /** Only there it can stand: in `config.yaml`, or in a variable. */
  readonly only?: "file" | "variable";
  /** Nobody is shown its value. */
  readonly secret?: boolean;
  /** Resolves relative paths against `base`. Throws an Error that says what was expected. */
  readonly parse: (given: unknown, base: string) => unknown;
}

/** By the name that flags and `config.yaml` use; `PAWL_` and the name in capitals is the variable. */
export const options = {
  engine: { field: "engine", fallback: "sqlite", parse: oneOf("sqlite", "temporal") },
  durability: { field: "durability", fallback: "slice", parse: oneOf("slice", "task") },
  "log-level": { field: "logLevel", fallback: "info", parse: oneOf("debug", "info", "warn", "error") },
  "idle-exit": { field: "idleExitMs", fallback: undefined, parse: duration },
  drain: { field: "drainMs", fallback: 3000, parse: duration },
  retain: { field: "retain", fallback: undefined, parse: retention },
  listen: { field: "listen", fallback: undefined, parse: hostAndPort },
  "token-file": { field: "tokenFile", fallback: undefined, parse: file },
  metrics: { field: "metrics", fallback: undefined, parse: ownAddress },
  env: { field: "env", fallback: {}, parse: environment, only: "file" },
  "expression-steps": { field: "expressionSteps", fallback: undefined, parse: count },
  "expression-depth": { field: "expressionDepth", fallback: undefined, parse: count },
  "expression-outputs": { field: "expressionOutputs", fallback: undefined, parse: count },
  "expression-bytes": { field: "expressionBytes", fallback: undefined, parse: count },
  "temporal-address": { field: "temporalAddress", fallback: undefined, parse: hostAndPort },
  "temporal-namespace": { field: "temporalNamespace", fallback: undefined, parse: text },
  "temporal-task-queue": { field: "temporalTaskQueue", fallback: undefined, parse: text },
  "temporal-api-key": {
    field: "temporalApiKey",
    fallback: undefined,
    parse: text,
    only: "variable",
    secret: true,
  },
  "temporal-api-key-file": { field: "temporalApiKeyFile", fallback: undefined, parse: file },
  "temporal-tls": { field: "temporalTls", fallback: undefined, parse: truth },
  "temporal-tls-ca-file": { field: "temporalTlsCaFile", fallback: undefined, parse: file },
  "temporal-tls-cert-file": { field: "temporalTlsCertFile", fallback: undefined, parse: file },
  "temporal-tls-key-file": { field: "temporalTlsKeyFile", fallback: undefined, parse: file },
  "temporal-tls-server-name": { field: "temporalTlsServerName", fallback: undefined, parse: text },
  "temporal-config-file": { field: "temporalConfigFile", fallback: undefined, parse: file },
  "temporal-profile": { field: "temporalProfile", fallback: undefined, parse: text },
  "queue-when-unavailable": { field: "queueWhenUnavailable", fallback: false, parse: truth },
  "queue-ttl": { field: "queueTtlMs", fallback: 86_400_000, parse: duration },
} as const satisfies Record<string, Option>;

export type Name = keyof typeof options;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const maxDurationMs = 2 ** 31 - 1;

/** `500ms`, `2s`, `1.5h`, `1h30m`; in ms. Throws an Error that says what was expected. */
export function duration(given: unknown): number {
  const written = String(given);
  let totalMs = 0;
  for (const [, amount, unit] of written.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    totalMs += Number(amount) * units[unit as string]!;
  }
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(written) || totalMs > maxDurationMs) {
    throw new Error(`Expected a duration such as 500ms, 30s or 1h30m up to 24d, got "${written}"`);
  }
  return Math.round(totalMs);
}

/** `30d`, `12h`: an age; `10000`: a count; `forever`. Throws an Error that says what was expected. */
function retention(given: unknown): Settings["retain"] {
  const written = String(given);
  if (written === "forever") return undefined;
  const [, amount, unit] = /^(\d{1,15})(s|m|h|d)?$/.exec(written) ?? [];
  if (amount === undefined) {
    throw new Error(
      `Expected an age such as 12h or 30d, a count such as 10000, or forever, got "${written}"`,
    );
  }
  return unit === undefined ? { count: Number(amount) } : { ageMs: Number(amount) * units[unit]! };
}

function count(given: unknown): number {
  const written = String(given).replaceAll("_", "");
  if (/^[1-9]\d{0,11}$/.test(written)) return Number(written);
  throw new Error(`Expected a whole number from 1 on, such as 5_000_000, got "${given}"`);
}

function oneOf(...choices: string[]): (given: unknown) => string {
  return (given) => {
    if (typeof given === "string" && choices.includes(given)) return given;
    throw new Error(`Expected ${choices.map((choice) => `"${choice}"`).join(" or ")}, got "${given}"`);
  };
}

/** Throws an Error that says what was expected. */
export function text(given: unknown): string {
  if (typeof given === "string" && given !== "") return given;
  throw new Error(`Expected a text, got ${JSON.stringify(given)}`);
}

function file(given: unknown, base: string): string {
  return resolve(base, text(given));
}

/** Throws an Error that says what was expected. */
export function address(given: unknown, form = "HOST:PORT"): string {
  const written = text(given);
  const [, port] = /^(?:\[[0-9a-fA-F:]+\]|[^:\s[\]]+):(\d{1,5})$/.exec(written) ?? [];
  if (port === undefined) throw new Error(`Expected ${form}, got "${written}"`);
  if (Number(port) > 65_535) throw new Error(`Expected a port up to 65535, got "${written}"`);
  return written;
}

function hostAndPort(given: unknown): string {
  return address(given);
}

/** The same, where the host may be left out: this machine alone. */
function ownAddress(given: unknown): string {
  const [, port] = /^:?(\d{1,5})$/.exec(String(given)) ?? [];
  return address(port === undefined ? given : `127.0.0.1:${port}`, "PORT or HOST:PORT");
}

/** Throws an Error that says what was expected. */
export function truth(given: unknown): boolean {
  if (given === true || given === "true" || given === "1") return true;
  if (given === false || given === "false" || given === "0") return false;
  throw new Error(`Expected true or false, got ${JSON.stringify(given)}`);
}

function environment(given: unknown): Record<string, string> {
  const entries = typeof given === "object" && given !== null && !Array.isArray(given) ? given : undefined;
  if (!entries) throw new Error("Expected a map of variable names and values");
  return Object.fromEntries(
    Object.entries(entries).map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`Not a variable name: "${name}"`);
      if (typeof value === "object") {
        throw new Error(`Expected a text as the value of "${name}", got ${JSON.stringify(value)}`);
      }
      return [name, String(value)];
    }),
  );
}
