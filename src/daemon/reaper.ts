import { readdirSync } from "node:fs";
import type { Platform } from "./platform/platform.ts";

const settleMs = 1000;

/**
 * As pid 1 of a container we inherit every orphan, and nobody else will reap it. The runtime reaps its own children at once, so a
 * zombie that is still there at the second look is an orphan.
 */
export function reapOrphans(kernel: Platform): void {
  if (process.pid !== 1) return;
  let seen = new Set<number>();
  let timer: Timer | undefined;
  const look = () => {
    clearTimeout(timer);
    timer = undefined;
    const zombies = findZombies(kernel);
    for (const pid of zombies) if (seen.has(pid)) kernel.reap(pid);
    seen = new Set(zombies.filter((pid) => !seen.has(pid)));
    if (seen.size > 0) timer = setTimeout(look, settleMs);
  };
  process.on("SIGCHLD", () => {
    timer ??= setTimeout(look, settleMs);
  });
}

function findZombies(kernel: Platform): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => kernel.processState(pid) === "zombie");
}
