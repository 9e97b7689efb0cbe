/**
 * Runs the tests over a fresh binary and closes with the line `N passed, N failed`, counted from the junit report.
 * Arguments are passed on to `bun test` (paths, `-t`, …).
 */
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { installTemporal } from "./temporal.ts";

const root = resolve(import.meta.dir, "..");
const report = resolve(root, "dist/junit.xml");

function run(command: string[], env: Record<string, string> = {}): number {
  return Bun.spawnSync(command, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  }).exitCode;
}

mkdirSync(resolve(root, "dist"), { recursive: true });
rmSync(report, { force: true });
if (run([process.execPath, "scripts/build.ts"]) !== 0) process.exit(1);
// What stays missing is named, and the tests that need it skip themselves, except in CI, where they fail.
const chosen = process.argv.slice(2);
if (chosen.length === 0 || chosen.some((word) => word.includes("temporal"))) installTemporal();
const exitCode = run(
  [process.execPath, "test", "--reporter=junit", `--reporter-outfile=${report}`, ...process.argv.slice(2)],
  { PAWL_BINARY: resolve(root, "dist/pawl") },
);

const xml = (await Bun.file(report).exists()) ? await Bun.file(report).text() : "";
const total = /<testsuites[^>]*\btests="(\d+)"[^>]*\bfailures="(\d+)"(?:[^>]*\bskipped="(\d+)")?/.exec(xml);
const [tests, failures, skipped] = total ? total.slice(1).map((n) => Number(n ?? 0)) : [0, 1, 0];
// A test file that does not load is no failed test in the report, but it is a failure.
const failed = exitCode !== 0 && failures === 0 ? 1 : (failures ?? 0);
console.log(
  `${(tests ?? 0) - (failures ?? 0) - (skipped ?? 0)} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`,
);
process.exit(failed === 0 && (tests ?? 0) > 0 ? 0 : 1);
