import { Failure } from "../failure.ts";
import { type Name, options } from "./options.ts";
import type { ResolvedSettings } from "./settings.ts";

/**
 * Refuses flags that would do nothing: whoever types one expects something of it. What stands in `config.yaml` or the
 * environment may stay there for another engine, see `idleNotes`. Throws `invalid_argument`.
 */
export function refuseIdleFlags({ values, origins }: ResolvedSettings): void {
  const given = (Object.keys(options) as Name[]).filter((name) => origins[name] === "flag");
  const refuse = (name: Name, why: string, hint = `Leave out --${name}`) => {
    throw new Failure("invalid_argument", `--${name} does nothing here: ${why}`, {
      reason: "option-of-another-engine",
      hint,
    });
  };
  const forTemporal = given.find((name) => /^temporal-|^queue-/.test(name));
  if (values.engine === "sqlite" && forTemporal) {
    const hint = `Leave it out, or serve with Temporal: --engine temporal`;
    refuse(forTemporal, `it is for Temporal, and the engine is sqlite (from ${origins.engine})`, hint);
  }
  if (values.engine === "temporal" && given.includes("durability")) refuse("durability", everyTask);
  const forTls = given.find((name) => name.startsWith("temporal-tls-"));
  if (values.temporalTls === false && forTls) {
    const origin = origins["temporal-tls"] === "flag" ? "" : ` (${origins["temporal-tls"]})`;
    refuse(forTls, `temporal-tls is false${origin}`, `Leave out --${forTls}, or say --temporal-tls true`);
  }
}

const everyTask = "with Temporal every task is kept by itself, as the cluster keeps it";

/** What else is said and has no effect: for the log, and `pawl doctor`. */
export function idleNotes({ values, origins }: ResolvedSettings): string[] {
  if (values.engine !== "temporal" || values.durability !== "task") return [];
  return [`"durability: task" (${origins.durability}) does nothing: ${everyTask}`];
}
