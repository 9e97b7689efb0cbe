import type { Home } from "../../config/home.ts";
import { type Option, options } from "../../config/options.ts";
import { readSettings } from "../../config/settings.ts";
import { Failure } from "../../failure.ts";
import { type Finding, look } from "./home-checks.ts";

/** `config.yaml`, and where each setting comes from. Settings of a server that a client starts: from the file alone. */
export async function inspectSettings(home: Home): Promise<Finding[]> {
  try {
    const { values, origins } = await readSettings(home, { env: process.env });
    const where = look(home.config) === undefined ? "no config.yaml, defaults hold" : home.config;
    const given = Object.entries(origins).filter(([, origin]) => origin !== "default");
    return [
      { level: "ok", check: "config", message: where },
      ...given.map(([name, origin]): Finding => {
        const field = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
        const plain = JSON.stringify((values as unknown as Record<string, unknown>)[field] ?? null);
        const value = (options as Record<string, Option>)[name]?.secret ? "(given)" : plain;
        const scope = origin.startsWith("PAWL_") ? " (only for `pawl serve`)" : "";
        return { level: "ok", check: "config", message: `${name} = ${value} from ${origin}${scope}` };
      }),
    ];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const fix = error.hint ?? `Correct ${home.config}`;
    return [{ level: "error", check: "config", message: error.message, fix }];
  }
}
