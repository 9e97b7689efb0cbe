import type { Home } from "../../config/home.ts";
import { idleNotes } from "../../config/idle-options.ts";
import { type Option, options } from "../../config/options.ts";
import { readSettings } from "../../config/settings.ts";
import { Failure } from "../../failure.ts";
import { formatDuration } from "../duration.ts";
import { type Finding, look } from "./home-checks.ts";

/** `config.yaml`, and where each setting comes from. Settings of a server that a client starts: from the file alone. */
export async function inspectSettings(home: Home): Promise<Finding[]> {
  try {
    const resolved = await readSettings(home, { env: process.env });
    const { values, origins } = resolved;
    const where = look(home.config) === undefined ? "no config.yaml, defaults hold" : home.config;
    const known: Readonly<Record<string, Option>> = options;
    const all: Readonly<Record<string, unknown>> = { ...values };
    // What is nothing unless it is given needs no line.
    const told = Object.entries(origins).filter(([name, origin]) => {
      return origin !== "default" || typeof known[name]!.fallback === "string";
    });
    return [
      { level: "ok", check: "config", message: where },
      ...told.map(([name, origin]): Finding => {
        const { field, secret } = known[name]!;
        const value = secret ? "(given)" : plainValue(field, all[field]);
        const scope = origin.startsWith("PAWL_") ? " (only for `pawl serve`)" : "";
        return { level: "ok", check: "config", message: `${name} = ${value} from ${origin}${scope}` };
      }),
      ...idleNotes(resolved).map((message): Finding => {
        return { level: "warning", check: "config", message, fix: "Take it out, or choose another engine" };
      }),
    ];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const fix = error.hint ?? `Correct ${home.config}`;
    return [{ level: "error", check: "config", message: error.message, fix }];
  }
}

function plainValue(field: string, value: unknown): string {
  const isDuration = field.endsWith("Ms") && typeof value === "number";
  return isDuration ? formatDuration(value) : JSON.stringify(value ?? null);
}
