/** Installs the peers beside the project, in exact versions, and makes their contenders runnable. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { findTemporal, installTemporal } from "../../../scripts/temporal.ts";

const cache = resolve(import.meta.dir, "../../../.cache/bench/npm");

/** On npm. */
export const packages = {
  "@restatedev/restate-server": "1.7.12",
  "@restatedev/restate-sdk": "1.17.2",
  openworkflow: "0.10.1",
  "@temporalio/activity": "1.24.0",
  "@temporalio/client": "1.24.0",
  "@temporalio/worker": "1.24.0",
  "@temporalio/workflow": "1.24.0",
} as const;

const dagu = "github.com/dagu-org/dagu@latest";

export interface Peers {
  /** The environment that contenders need. */
  readonly env: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  /** By name: why a peer cannot be measured. */
  readonly absent: Readonly<Record<string, string>>;
}

/** Programs for Node are bundled without the packages, which they find beside themselves. */
export async function installPeers(): Promise<Peers> {
  mkdirSync(cache, { recursive: true });
  const absent: Record<string, string> = { dagu: daguAbsence() };
  const failed = installPackages();
  if (failed !== undefined) {
    for (const peer of ["restate", "open-workflow", "temporal"]) absent[peer] = failed;
    return { env: {}, versions: {}, absent };
  }
  if (Bun.which("node") === null) {
    for (const peer of ["restate", "temporal"]) absent[peer] = "Node.js is not here";
  }
  if (!installTemporal()) absent["temporal"] = "Its server is not here, and Go did not build it";
  const temporal = findTemporal() ?? "";
  const platform = `${process.platform}-${process.arch}`;
  const versions: Record<string, string> = { ...packages };
  if (Bun.which("node") !== null) versions["node"] = said(["node", "--version"]);
  if (temporal !== "") versions["Temporal CLI"] = said([temporal, "--version"]);
  const env = {
    PAWL_TEMPORAL_CLI: temporal,
    RESTATE_SERVER: resolve(cache, `node_modules/@restatedev/restate-server-${platform}/bin/restate-server`),
    TEMPORAL_WORKFLOWS: resolve(cache, "programs/temporal-workflows.mjs"),
  };
  await bundlePrograms();
  return { env, versions, absent };
}

/** Where a peer's program was bundled to. */
export const programOf = (peer: string) => resolve(cache, `programs/${peer}.mjs`);

async function bundlePrograms(): Promise<void> {
  const names = ["open-workflow", "restate", "temporal", "temporal-workflows"];
  await Bun.build({
    entrypoints: names.map((name) => resolve(import.meta.dir, `${name}.ts`)),
    outdir: resolve(cache, "programs"),
    naming: "[name].mjs",
    target: "node",
    external: [...Object.keys(packages), "openworkflow/sqlite"],
  });
}

/** Why not; undefined when all is there. */
function installPackages(): string | undefined {
  const list = resolve(cache, "package.json");
  const wanted = JSON.stringify({ name: "pawl-bench-peers", private: true, dependencies: packages });
  const done = existsSync(resolve(cache, "node_modules/.package-lock.json"));
  if (done && existsSync(list) && readFileSync(list, "utf8") === wanted) return undefined;
  if (Bun.which("npm") === null) return "npm is not here";
  writeFileSync(list, wanted);
  const words = ["npm", "install", "--no-audit", "--no-fund", "--silent"];
  const { exitCode, stderr } = Bun.spawnSync(words, { cwd: cache, stderr: "pipe" });
  return exitCode === 0 ? undefined : `npm install: ${stderr.toString().trim().slice(0, 300)}`;
}

/** It has no contender: its tasks are processes. Here it is only asked whether it could be had. */
function daguAbsence(): string {
  if (Bun.which("go") === null) return "Go is not here";
  const { exitCode, stderr } = Bun.spawnSync(["go", "list", "-m", dagu], { cwd: cache, stderr: "pipe" });
  if (exitCode === 0) return "its tasks are processes and its server has no call that awaits a result";
  return `\`go list -m ${dagu}\`: ${stderr.toString().trim().split("\n").at(-1)?.trim()}`;
}

function said(words: string[]): string {
  return Bun.spawnSync(words).stdout.toString().trim();
}
