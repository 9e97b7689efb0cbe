/** The gate: generated code current, format, lint, types, tidy, tests. CI runs exactly this. */
import { resolve } from "node:path";
import { installTools } from "./tools.ts";

const root = resolve(import.meta.dir, "..");

/** Each step by name; `bun run setup`, which comes before, has generated the code anew. */
const steps: readonly [name: string, command: readonly string[]][] = [
  ["API lint", ["buf", "lint"]],
  ["API compatibility", [process.execPath, "scripts/api-compatibility.ts"]],
  ["format and lint", ["biome", "ci", "--error-on-warnings", "."]],
  ["types", ["tsc"]],
  ["tests", [process.execPath, "scripts/test.ts"]],
];

installTools();
for (const [name, command] of steps) {
  const started = performance.now();
  const { exitCode } = Bun.spawnSync([...command], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  // The tests close with their own count, which stays the last line.
  if (name === "tests") process.exit(exitCode);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (exitCode !== 0) {
    console.error(`check: ${name} failed (${seconds} s)`);
    process.exit(1);
  }
  console.log(`check: ${name} ok (${seconds} s)`);
}
