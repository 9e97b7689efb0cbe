/**
 * The main job, with the binary that was just built, in a home of its own: apply, run, look, stop; then the specification's
 * Conformance Test Kit where its data is there.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "..");
const pawl = resolve(root, "dist/pawl");
const home = mkdtempSync(join(tmpdir(), "pawl-demo-"));

function run(...words: string[]): void {
  console.log(`\n$ pawl ${words.join(" ")}`);
  const { exitCode } = Bun.spawnSync([pawl, ...words, "--home", home], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (exitCode !== 0) {
    console.error(`exit code ${exitCode}`);
    process.exitCode = 1;
  }
}

try {
  run("apply", "-f", "examples/hello.yaml");
  run("run", "hello", "-i", '{"name":"Ada"}');
  run("get", "workflows");
  run("get", "executions");
  run("server", "status");
} finally {
  run("server", "stop");
  rmSync(home, { recursive: true, force: true });
}

if (existsSync(resolve(root, process.env["OWS_SPEC_DIR"] ?? "../shared/spec", "ctk/features"))) {
  console.log("\n$ bun run ctk");
  const ctk = Bun.spawnSync([process.execPath, "test/conformance/ctk.ts"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (ctk.exitCode !== 0) process.exitCode = 1;
}
