import { existsSync } from "node:fs";
import { type Home, locateHome, prepareHome } from "../config/home.ts";
import { Lock } from "../daemon/platform/lock.ts";
import { readNote } from "../daemon/platform/note.ts";
import { type Platform, platform } from "../daemon/platform/platform.ts";
import type { InfoResponse } from "../gen/pawl/v1/server_pb.ts";
import { type ClientOptions, call } from "./client.ts";
import { forgetHome } from "./connection.ts";
import { holderPid, whyNot } from "./diagnosis.ts";
import { endServer } from "./ending.ts";
import { Deadline, first } from "./first.ts";
import { hasSocket, introduce } from "./handshake.ts";
import { asNoServer, crashed, foreignServer } from "./no-server.ts";
import { spawnServer } from "./spawn.ts";
import { clearStartFailure } from "./start-failure.ts";

/** What there is of a server, found without starting one. */
export type ServerStatus =
  | { readonly running: false }
  | { readonly running: true; readonly phase: "serving"; readonly info: InfoResponse }
  | { readonly running: true; readonly phase: "starting" | "stopping"; readonly pid: number };

const askMs = 2000;

/** Starts a server unless one runs. `started`: it was not there before. */
export async function startServer(options: ClientOptions): Promise<{ info: InfoResponse; started: boolean }> {
  const before = await introduce(locateHome(options.home), askMs);
  const info = await serverInfo(options);
  const started = before.kind !== "server" || before.server.instanceId !== info.instanceId;
  return { info, started };
}

/** Ends the server, by force if need be. False: none was running, which is fine. */
export async function stopServer(options: ClientOptions): Promise<boolean> {
  const home = locateHome(options.home);
  if (!existsSync(home.run)) return false;
  return await underStartLock(home, options, async (kernel) => {
    const ended = await endServer(kernel, home, "stop");
    if (!ended && kernel.isListening(home.socket)) throw foreignServer(home);
    return ended;
  });
}

/** Ends the server in whatever state it is, or none, and starts a new one. Whoever calls meanwhile waits for the new one. */
export async function restartServer(options: ClientOptions): Promise<InfoResponse> {
  const home = locateHome(options.home);
  await underStartLock(home, options, async (kernel, deadline) => {
    await endServer(kernel, home, "restart");
    if (kernel.isListening(home.socket)) throw foreignServer(home);
    if ((await spawnServer(kernel, home, deadline)) === "killed") throw crashed("killed from outside", "");
    clearStartFailure(home);
  });
  return await serverInfo(options);
}

/** Rejects `unavailable` for a server that lives and does not answer. Never starts one, and creates nothing. */
export async function serverStatus(options: ClientOptions): Promise<ServerStatus> {
  const home = locateHome(options.home);
  const patience = new Deadline(Math.min(askMs, options.deadlineMs));
  const known = await askInfo(home, patience.totalMs);
  if (known) return { running: true, phase: "serving", info: known };
  const answer = await introduce(home, patience.remainingMs());
  if (answer.kind === "server" && answer.server.serving) {
    return { running: true, phase: "serving", info: await serverInfo({ ...options, start: false }) };
  }
  if (!existsSync(home.daemonLock)) return { running: false };
  const kernel = await platform();
  const pid = holderPid(kernel, home.daemonLock);
  if (pid === undefined) {
    if (answer.kind === "stranger") throw foreignServer(home);
    return { running: false };
  }
  const note = readNote(home.daemonJson);
  const phase = note?.pid === pid ? note.phase : undefined;
  const moving = phase === "starting" || phase === "stopping";
  if (moving && kernel.processState(pid) !== "stopped") return { running: true, phase, pid };
  throw whyNot(kernel, home, Math.min(askMs, options.deadlineMs));
}

/** What a server of ours says about itself, without an introduction; undefined: that takes a closer look. */
async function askInfo(home: Home, timeoutMs: number): Promise<InfoResponse | undefined> {
  if (!hasSocket(home)) return undefined;
  const { clientsOf } = await import("./rpc.ts");
  try {
    const info = await clientsOf(home).server.info({}, { signal: AbortSignal.timeout(timeoutMs) });
    return info.home === home.path ? info : undefined;
  } catch {
    return undefined;
  }
}

function serverInfo(options: ClientOptions): Promise<InfoResponse> {
  return call(options, ({ server }, signal) => server.info({}, { signal }), { repeatable: true });
}

async function underStartLock<T>(
  home: Home,
  options: ClientOptions,
  work: (kernel: Platform, deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = new Deadline(options.deadlineMs);
  try {
    prepareHome(home);
    const kernel = await platform();
    const lock = await acquire(kernel, home, deadline);
    try {
      return await work(kernel, deadline);
    } finally {
      forgetHome(home);
      lock.release();
    }
  } catch (error) {
    throw asNoServer(error);
  }
}

async function acquire(kernel: Platform, home: Home, deadline: Deadline): Promise<Lock> {
  for (;;) {
    const lock = new Lock(kernel, home.startLock);
    if (!lock.tryAcquire()) {
      const wait = lock.wait();
      if ((await first({ lock: wait.done }, deadline.remainingMs())) === "deadline") {
        wait.abandon();
        throw whyNot(kernel, home, deadline.totalMs);
      }
    }
    if (lock.isInPlace()) return lock;
    lock.release();
  }
}
