/**
 * Finds the Temporal server that the tests use, or builds it: `bun scripts/temporal.ts` prints where it is. Building takes
 * Go and some minutes, once; the outcome stays in `.cache`.
 */
import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";

/** The last version of Temporal's CLI that `go install` builds as it stands; SQLite in pure Go comes with it. */
export const temporalCli = "github.com/temporalio/cli/cmd/temporal@v1.5.1";
const folder = resolve(import.meta.dir, "../.cache/temporal");
const built = resolve(folder, "temporal");

/** Where it is; undefined: nowhere. */
export function findTemporal(): string | undefined {
  const given = process.env["PAWL_TEMPORAL_CLI"];
  if (given !== undefined && existsSync(given)) return given;
  return existsSync(built) ? built : (Bun.which("temporal") ?? undefined);
}

/** Builds it where it is missing and Go is there; whether it is there now. */
export function installTemporal(): boolean {
  if (findTemporal() !== undefined) return true;
  const go = Bun.which("go");
  if (go === null) {
    console.error(`temporal: not found, and no Go to build it with; install Temporal's CLI, or Go`);
    return false;
  }
  console.error("temporal: building the server for the tests, which takes some minutes, once");
  mkdirSync(folder, { recursive: true });
  const { exitCode } = Bun.spawnSync([go, "install", temporalCli], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, GOBIN: folder, GOFLAGS: "-mod=mod", CGO_ENABLED: "0" },
  });
  return exitCode === 0;
}

if (import.meta.main) {
  if (!installTemporal()) process.exit(1);
  console.log(findTemporal());
}
