/** `bun run bench [section…]`: runs the benchmarks one after the other, each a process of its own. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const sections = [
  "contest",
  "recovery",
  "waiting",
  "cli",
  "engine-cost",
  "load",
  "overload",
  "finished",
  "fan-out",
  "hostile",
  "expressions",
  "temporal",
  ...(existsSync(resolve(import.meta.dir, "daemon.ts")) ? ["daemon"] : []),
];

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !sections.some((section) => section === name));
if (unknown !== undefined) {
  console.error(`No benchmark "${unknown}", there are: ${sections.join(", ")}`);
  process.exit(2);
}
for (const section of asked.length > 0 ? asked : sections) {
  console.log(`\n## ${section}\n`);
  const { exitCode } = Bun.spawnSync([process.execPath, resolve(import.meta.dir, `${section}.ts`)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (exitCode !== 0) process.exitCode = 1;
}
