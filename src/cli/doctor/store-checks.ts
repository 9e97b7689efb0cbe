import { statSync } from "node:fs";
import type { Home } from "../../config/home.ts";
import { Failure } from "../../failure.ts";
import { type Finding, look } from "./home-checks.ts";

/** The embedded engine's store, as far as it can be judged while a server uses it. Nothing when there is none yet. */
export async function inspectStore(home: Home): Promise<Finding[]> {
  if (look(home.data) === undefined) return [];
  const { storePath, storeTrouble } = await import("../../compose.ts");
  const path = storePath(home);
  const bad = ({ message, hint }: Failure): Finding => {
    return { level: "error", check: "store", message, ...(hint !== undefined && { fix: hint }) };
  };
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    const trouble = storeTrouble(home);
    if (trouble !== undefined) return [bad(trouble)];
    if (stats === undefined) return [];
    return [{ level: "ok", check: "store", message: `${path} (${(stats.size / 2 ** 20).toFixed(1)} MiB)` }];
  } catch (error) {
    const message = `Cannot look at "${path}": ${(error as Error).message}`;
    return [bad(new Failure("permission_denied", message, { hint: "Run pawl as the owner of that file" }))];
  }
}
