import { type Home, locateHome, prepareHome } from "../config/home.ts";
import { Failure } from "../failure.ts";
import { Lock } from "./platform/lock.ts";
import { readNote } from "./platform/note.ts";
import { type Platform, platform } from "./platform/platform.ts";

const startKernelWaitMs = 60_000;
/** Waits of clients that gave up may still pass through the lock for a moment after its holder's end. */
const passingHolderMs = 250;

/**
 * Runs `work` while no server is there and none can start, for what has to have a home to itself. Rejects
 * `failed_precondition` when a server lives, and what `work` throws.
 */
export async function withoutServer<T>(path: string, work: (home: Home) => T): Promise<T> {
  const home = locateHome(path);
  prepareHome(home);
  const kernel = await platform();
  const startLock = await acquireStartLock(kernel, home);
  try {
    const lock = await acquireDaemonLock(kernel, home);
    if (!lock) {
      const pid = inspectHolder(kernel, home);
      throw new Failure(
        "failed_precondition",
        `A server is running on "${home.path}" (pid ${pid ?? "not visible here"})`,
        {
          reason: "server-running",
          hint: "Stop it first: pawl server stop",
        },
      );
    }
    try {
      return work(home);
    } finally {
      lock.release();
    }
  } finally {
    startLock.release();
  }
}

/** Waits for `start.lock`, which a client holds while it starts a server. The wait is on the kernel. */
export async function acquireStartLock(kernel: Platform, home: Home): Promise<Lock> {
  for (;;) {
    const lock = new Lock(kernel, home.startLock);
    if (!lock.tryAcquire() && !(await acquiredWithin(lock, startKernelWaitMs))) {
      throw new Failure("unavailable", "A client has been starting or stopping a server for a minute", {
        reason: "server-starting",
        hint: "See what it is doing: pawl doctor",
      });
    }
    if (lock.isInPlace()) return lock;
    lock.release();
  }
}

/** The lock for life (invariant I1), or undefined when another server has it. */
export async function acquireDaemonLock(kernel: Platform, home: Home): Promise<Lock | undefined> {
  for (;;) {
    const lock = new Lock(kernel, home.daemonLock);
    if (!lock.tryAcquire()) {
      const pid = inspectHolder(kernel, home);
      const isServer = pid !== undefined && readNote(home.daemonJson)?.pid === pid;
      if (isServer || !(await acquiredWithin(lock, passingHolderMs))) return undefined;
    }
    if (lock.isInPlace()) return lock;
    lock.release();
  }
}

export function alreadyRunning(kernel: Platform, home: Home): Failure {
  const pid = inspectHolder(kernel, home);
  return new Failure("already_exists", `A server is already running (pid ${pid ?? "not visible here"})`, {
    reason: "server-already-running",
    hint: "Use it as it is, or replace it: pawl server stop",
    details: { pid },
  });
}

/** The pid of the server that has the lock; undefined when it is not visible here. */
export function inspectHolder(kernel: Platform, home: Home): number | undefined {
  const holder = kernel.lockHolder(home.daemonLock);
  holder?.close();
  return holder?.pid;
}

async function acquiredWithin(lock: Lock, timeoutMs: number): Promise<boolean> {
  const wait = lock.wait();
  let timer: Timer | undefined;
  const deadline = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const acquired = await Promise.race([wait.done.then(() => true as const), deadline]);
  clearTimeout(timer);
  if (!acquired) wait.abandon();
  return acquired;
}
