import type { Home } from "../../config/home.ts";
import { type ResolvedSettings, readSettings, type SettingsSources } from "../../config/settings.ts";
import type { TemporalConnection } from "../../config/temporal/connection.ts";
import { Failure } from "../../failure.ts";
import type { InfoResponse } from "../../gen/pawl/v1/server_pb.ts";
import { toData } from "../wire.ts";
import type { Finding } from "./home-checks.ts";

type Shown = TemporalConnection["settings"];

/**
 * The way to Temporal step by step, for an engine that needs it: as the server has it, which may have been started with
 * other settings than ours, and without one as a server that is started here would.
 */
export async function inspectTemporal(home: Home, info: InfoResponse | undefined): Promise<Finding[]> {
  const env = info?.foreground === false ? {} : process.env;
  const kind = info?.engine?.kind;
  if (kind !== undefined && kind !== "temporal") return [];
  try {
    const settings = await readOrNone(home, env);
    if (settings === undefined) return [];
    if (kind === undefined && settings.values.engine !== "temporal") return [];
    const { resolveTemporal } = await import("../../config/temporal/connection.ts");
    const own = resolveTemporal(settings, env);
    const details = toData(info?.engine?.details ?? "") as { settings?: Shown } | null;
    const connection = details?.settings ? asServed(own, details.settings) : own;
    const { probeTemporal } = await import("../../compose.ts");
    return [
      ...connection.settings.map(({ name, value, origin }): Finding => {
        const scope = !info && /^(PAWL|TEMPORAL)_/.test(origin) ? " (only for `pawl serve`)" : "";
        return { level: "ok", check: "temporal", message: `${name} ${value} from ${origin}${scope}` };
      }),
      ...connection.notes.map((message): Finding => ({ level: "warning", check: "temporal", message })),
      ...(await probeTemporal(connection)).map(({ name, outcome, message, fix, ms }): Finding => {
        const level = outcome === "skipped" ? "warning" : outcome;
        const took = outcome === "skipped" ? "" : ` (${ms} ms)`;
        return {
          level,
          check: name,
          message: `${message}${took}`,
          ...(fix !== undefined && { fix: sentence(fix) }),
        };
      }),
    ];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const fix = error.hint ?? `Correct ${home.config}`;
    return [{ level: "error", check: "temporal", message: error.message, fix }];
  }
}

/** What is wrong with them is told as a finding of its own (settings-checks.ts). */
async function readOrNone(home: Home, env: SettingsSources["env"]): Promise<ResolvedSettings | undefined> {
  try {
    return await readSettings(home, { env });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** What the server tells of its settings, completed by ours where it keeps a secret. */
function asServed(own: TemporalConnection, settings: Shown): TemporalConnection {
  const of = (name: string) => settings.find((setting) => setting.name === name);
  const piece = (name: string, ours: TemporalConnection["apiKey"]) => {
    const setting = of(name);
    if (setting === undefined) return undefined;
    return setting.value === "(given)" ? ours : { file: setting.value };
  };
  const apiKey = piece("API key", own.apiKey);
  const parts = {
    ca: piece("CA", own.tls?.ca),
    cert: piece("client certificate", own.tls?.cert),
    key: piece("client key", own.tls?.key),
    serverName: of("server name")?.value,
  };
  const secrets = ["API key", "CA", "client certificate", "client key"].filter((name) => {
    return of(name)?.value === "(given)" && !own.settings.some((setting) => setting.name === name);
  });
  return {
    address: of("address")?.value ?? own.address,
    namespace: of("namespace")?.value ?? own.namespace,
    taskQueue: of("task queue")?.value ?? own.taskQueue,
    ...(apiKey && { apiKey }),
    ...(of("TLS")?.value === "on" && {
      tls: Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)),
    }),
    ...(of("metadata") && own.metadata && { metadata: own.metadata }),
    settings,
    notes: [
      ...own.notes,
      ...secrets.map((name) => `The server's ${name} is from ${of(name)?.origin}, which is not known here`),
    ],
  };
}

const sentence = (fix: string) => (fix.startsWith("temporal") ? fix : fix[0]?.toUpperCase() + fix.slice(1));
