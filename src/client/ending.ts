import type { Home } from "../config/home.ts";
import { Lock } from "../daemon/platform/lock.ts";
import type { KernelWait, Platform, ProcessHandle } from "../daemon/platform/platform.ts";
import { first } from "./first.ts";
import { requestShutdown } from "./handshake.ts";
import { notVisible, unkillable } from "./no-server.ts";

const agreeMs = 1000;
/** A server drains for three seconds, and its watchdog ends it one later. */
const drainMs = 5000;
const termMs = 1500;
const killMs = 10_000;
const reapMs = 1000;

/**
 * Ends the server of this home, whatever state it is in: by its own shutdown, by SIGTERM, by SIGKILL, each awaited by the release
 * of `daemon.lock`. Called while `start.lock` is held. False: there was none. Rejects when it is not visible to us.
 */
export async function endServer(kernel: Platform, home: Home, reason: string): Promise<boolean> {
  const lock = new Lock(kernel, home.daemonLock);
  if (lock.tryAcquire()) {
    lock.release();
    return false;
  }
  const server = whoHolds(kernel, home);
  // Asked to stop it may still agree; but a successor must not start here while nobody can see the one before end.
  if (server === undefined && reason !== "stop") throw notVisible(home);
  const wait = lock.wait();
  try {
    const ended = await escalate(kernel, home, reason, server, wait);
    if (!ended) throw server ? unkillable(server.pid) : notVisible(home);
    lock.release();
    // Its descriptors are closed, so it is on its way out of the process table.
    server?.waitExit(reapMs);
    return true;
  } catch (error) {
    wait.abandon();
    throw error;
  } finally {
    server?.close();
  }
}

async function escalate(
  kernel: Platform,
  home: Home,
  reason: string,
  server: ProcessHandle | undefined,
  wait: Pick<KernelWait, "done">,
): Promise<boolean> {
  const released = async (timeoutMs: number) => (await first({ end: wait.done }, timeoutMs)) === "end";
  const stopped = server !== undefined && kernel.processState(server.pid) === "stopped";
  if (!stopped && (await requestShutdown(home, reason, agreeMs)) && (await released(drainMs))) return true;
  if (server === undefined) return await released(0);
  if (!stopped) {
    server.signal("SIGTERM");
    if (await released(termMs)) return true;
  }
  server.signal("SIGKILL");
  return await released(killMs);
}

/**
 * The process to signal is the one that holds `daemon.lock` by the kernel's word. Where the kernel does not list holders, it is
 * who listens on the socket: only a holder may publish one.
 */
function whoHolds(kernel: Platform, home: Home): ProcessHandle | undefined {
  return (
    kernel.lockHolder(home.daemonLock) ?? (kernel.listsHolders ? undefined : kernel.socketPeer(home.socket))
  );
}

/** Whether a person or a supervisor runs it; one that does not say is left to whoever started it. */
export async function isForeground(home: Home): Promise<boolean> {
  const { clientsOf } = await import("./rpc.ts");
  try {
    const { foreground } = await clientsOf(home).server.info({}, { signal: AbortSignal.timeout(agreeMs) });
    return foreground;
  } catch {
    return true;
  }
}
