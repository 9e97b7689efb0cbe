/** Builds the one executable: `bun scripts/build.ts [--target linux-x64|linux-arm64|darwin-x64|darwin-arm64] [--outfile F]`. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import pack from "../package.json" with { type: "json" };
import { profileBytecode } from "./bytecode-profile.ts";
import { temporalSdk, withoutTemporal } from "./temporal-sdk.ts";
import { bundleWorkflow } from "./workflow-bundle.ts";

const targets = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] as const;
const root = resolve(import.meta.dir, "..");
/**
 * How much later than usual the runtime compiles a function to machine code. At 100 an idle server is 4 MB smaller and a busy one
 * does three quarters of the workflows a second; at 20 it is 3 MB larger, and a busy one does a seventh more.
 */
const jitPolicy = 40;

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    outfile: { type: "string" },
    /** Bakes in another version than package.json's: the tests of upgrades need two builds. */
    version: { type: "string" },
    /** Leaves the distributed engine out: what it costs those who do not use it is measured against that. */
    "without-temporal": { type: "boolean" },
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

const sdk = values["without-temporal"]
  ? withoutTemporal()
  : await temporalSdk({
      target: values.target ?? `${process.platform}-${process.arch}`,
      workflowCode: await bundleWorkflow(),
    });
/** Threads: entry points of their own, each at `/$bunfs/root/` and its path with the ending `.js`. */
const workers = ["src/engine/request/read-worker.ts"];
const folder = mkdtempSync(join(tmpdir(), "pawl-build-"));
try {
  const plain = join(folder, "pawl");
  await compile(plain);
  await compile(outfile, values.target, await profileBytecode(plain, folder));
  sdk.check();
} catch (error) {
  const logs = error instanceof AggregateError ? error.errors : [error];
  for (const log of logs) console.error(String(log));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (process.exitCode === 1) process.exit();
console.log(`${relative(process.cwd(), outfile)} ${(Bun.file(outfile).size / 1e6).toFixed(1)} MB`);

/** `bytecodeOrder`: what runs at every start stands together, so that the rest of the file need not be read at all. */
async function compile(outfile: string, target?: string, bytecodeOrder: string[] = []): Promise<void> {
  await Bun.build({
    entrypoints: [...["src/main.ts", ...workers].map((path) => resolve(root, path)), ...sdk.entrypoints],
    root,
    compile: {
      outfile,
      ...(target && { target: `bun-${target}` as Bun.Build.CompileTarget }),
      autoloadDotenv: false,
      autoloadBunfig: false,
      bytecodeOrder,
      // Most of what a command or an idle server runs, it runs once: compiling that costs more time and memory than it saves.
      jitPolicy,
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
}

function commit(): string {
  const head = Bun.spawnSync(["git", "rev-parse", "--short=12", "HEAD"], { cwd: root, stderr: "ignore" });
  return head.exitCode === 0 ? head.stdout.toString().trim() : "unknown";
}
