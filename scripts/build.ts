/** Builds the one executable: `bun scripts/build.ts [--target linux-x64|linux-arm64|darwin-x64|darwin-arm64] [--outfile F]`. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import pack from "../package.json" with { type: "json" };
import { temporalSdk } from "./temporal-sdk.ts";
import { bundleWorkflow } from "./workflow-bundle.ts";

const targets = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] as const;
const root = resolve(import.meta.dir, "..");

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    outfile: { type: "string" },
    /** Bakes in another version than package.json's: the tests of upgrades need two builds. */
    version: { type: "string" },
  },
});

if (Bun.version !== pack.engines.bun) {
  console.error(
    `Built with Bun ${pack.engines.bun} only, this is ${Bun.version}: run \`npx -y bun@${pack.engines.bun}\``,
  );
  process.exit(1);
}
if (values.target !== undefined && !targets.includes(values.target as (typeof targets)[number])) {
  console.error(`Unknown target "${values.target}", use one of ${targets.join(", ")}`);
  process.exit(2);
}

const outfile = resolve(root, values.outfile ?? (values.target ? `dist/pawl-${values.target}` : "dist/pawl"));
mkdirSync(dirname(outfile), { recursive: true });

const sdk = await temporalSdk({
  target: values.target ?? `${process.platform}-${process.arch}`,
  workflowCode: await bundleWorkflow(),
});
const workers = ["src/daemon/platform/lock-worker.ts"].filter((path) => existsSync(resolve(root, path)));
try {
  await Bun.build({
    entrypoints: [...["src/main.ts", ...workers].map((path) => resolve(root, path)), sdk.thread],
    root,
    compile: {
      outfile,
      ...(values.target && { target: `bun-${values.target}` as Bun.Build.CompileTarget }),
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    minify: true,
    bytecode: true,
    splitting: true,
    format: "esm",
    define: {
      PAWL_VERSION: JSON.stringify(values.version ?? pack.version),
      PAWL_COMMIT: JSON.stringify(commit()),
    },
    plugins: [sdk.plugin],
  });
  sdk.check();
} catch (error) {
  const logs = error instanceof AggregateError ? error.errors : [error];
  for (const log of logs) console.error(String(log));
  process.exit(1);
}
console.log(`${relative(process.cwd(), outfile)} ${(Bun.file(outfile).size / 1e6).toFixed(1)} MB`);

function commit(): string {
  const head = Bun.spawnSync(["git", "rev-parse", "--short=12", "HEAD"], { cwd: root, stderr: "ignore" });
  return head.exitCode === 0 ? head.stdout.toString().trim() : "unknown";
}
