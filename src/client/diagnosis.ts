import { existsSync } from "node:fs";
import type { Home } from "../config/home.ts";
import { Lock } from "../daemon/platform/lock.ts";
import { readNote } from "../daemon/platform/note.ts";
import type { Platform } from "../daemon/platform/platform.ts";
import type { Failure } from "../failure.ts";
import { notAnswering, notVisible, starting, stopping } from "./no-server.ts";

/** Why nobody answered in time, from what the kernel says; the server's own note only names the phase. */
export function whyNot(kernel: Platform, home: Home, waitedMs: number): Failure {
  const pid = holderPid(kernel, home.daemonLock);
  if (pid === undefined) {
    if (isHeld(kernel, home.daemonLock)) return notVisible(home);
    return starting(holderPid(kernel, home.startLock), "another client starts it", waitedMs);
  }
  const state = kernel.processState(pid);
  const note = readNote(home.daemonJson);
  const phase = note?.pid === pid ? note.phase : existsSync(home.socket) ? undefined : "starting";
  if (state !== "stopped" && phase === "starting") return starting(pid, "opening its store", waitedMs);
  if (state !== "stopped" && phase === "stopping") return stopping(pid, waitedMs);
  return notAnswering(pid, state, waitedMs);
}

/** The kernel's word; undefined: nobody, or nobody who is visible here. */
export function holderPid(kernel: Platform, lockPath: string): number | undefined {
  const holder = kernel.lockHolder(lockPath);
  holder?.close();
  return holder?.pid;
}

function isHeld(kernel: Platform, path: string): boolean {
  const lock = new Lock(kernel, path);
  try {
    return !lock.tryAcquire();
  } finally {
    lock.release();
  }
}
