import { existsSync, utimesSync } from "node:fs";
import { type Home, prepareHome } from "../config/home.ts";
import { compareVersions, version } from "../config/version.ts";
import { Lock } from "../daemon/platform/lock.ts";
import { type KernelWait, type Platform, platform } from "../daemon/platform/platform.ts";
import type { Failure } from "../failure.ts";
import { whyNot } from "./diagnosis.ts";
import { endServer, isForeground } from "./ending.ts";
import { type Deadline, first } from "./first.ts";
import { type Answer, apiVersion, introduce, type ServerAnswer } from "./handshake.ts";
import {
  asNoServer,
  crashed,
  foreignServer,
  incompatible,
  notRunning,
  otherHome,
  speechless,
  stopped,
} from "./no-server.ts";
import { SocketWatch } from "./socket-watch.ts";
import { spawnServer } from "./spawn.ts";
import { clearStartFailure, recordStartFailure, startFailureSince } from "./start-failure.ts";

export interface ObtainOptions {
  readonly start: boolean;
  readonly notice: (line: string) => void;
  readonly deadline: Deadline;
  readonly signal?: AbortSignal;
  /** We follow a server that was there: one that was stopped on purpose is not started again. */
  readonly following?: boolean;
}

/** A healthy server answers far sooner; who is later is asked again beside the locks. */
const fastAnswerMs = 1000;
/** A server that lost its files makes them again once deletions have paused for 100 ms. */
const repairMs = 500;
/** Somebody who kills servers before they are ready, such as a system without memory, is not to be fought. */
const maxKilled = 5;

let obtainedBefore = false;

/** Obtains a server (daemon.md "Client: obtain a server"). Rejects `unavailable` with the one reason why there is none. */
export async function obtain(home: Home, options: ObtainOptions): Promise<ServerAnswer> {
  const sinceMs = obtainedBefore ? Date.now() : performance.timeOrigin;
  obtainedBefore = true;
  const fastMs = Math.min(fastAnswerMs, options.deadline.remainingMs());
  const answer = await introduce(home, fastMs, options.signal);
  if (isUsable(home, answer) && !isOlder(answer.server)) return answer.server;
  const known = existsSync(home.run);
  if (!options.start && !known) throw notRunning(home);
  try {
    prepareHome(home);
    const attempt = new Attempt(home, await platform(), options, sinceMs, known);
    try {
      return await attempt.run();
    } finally {
      attempt.close();
    }
  } catch (error) {
    throw asNoServer(error);
  }
}

/** One client's way through the locks. */
class Attempt {
  readonly #home: Home;
  readonly #kernel: Platform;
  readonly #options: ObtainOptions;
  readonly #sinceMs: number;
  readonly #watch: SocketWatch;
  #killed = 0;
  /** Whether the home's run directory is older than we are. */
  readonly #known: boolean;
  /** Whether somebody answered on the socket who did not introduce himself. */
  #stranger = false;
  /** An older server that we decided to live with. */
  #tolerated: string | undefined;

  constructor(home: Home, kernel: Platform, options: ObtainOptions, sinceMs: number, known: boolean) {
    this.#home = home;
    this.#kernel = kernel;
    this.#options = options;
    this.#sinceMs = sinceMs;
    this.#known = known;
    // Armed before the first look at locks and socket, so that no event can fall between.
    this.#watch = new SocketWatch(home);
  }

  close(): void {
    this.#watch.close();
  }

  /** Every turn of this loop, and of those below, follows an event of the kernel. */
  async run(): Promise<ServerAnswer> {
    for (;;) {
      const lock = new Lock(this.#kernel, this.#home.startLock);
      try {
        const found = lock.tryAcquire() ? undefined : await this.#waitForStartLock(lock);
        if (found) return found;
        if (!lock.isInPlace()) continue;
        const server = (await this.#connect(true)) ?? (await this.#underStartLock());
        if (server) return server;
      } finally {
        lock.release();
      }
    }
  }

  /** Undefined: the lock is ours. A server may come up meanwhile. */
  async #waitForStartLock(lock: Lock): Promise<ServerAnswer | undefined> {
    const wait = lock.wait();
    const { deadline, signal } = this.#options;
    try {
      for (;;) {
        const events = { lock: wait.done, socket: this.#watch.next() };
        const event = await first(events, deadline.remainingMs(), signal);
        if (event === "lock") return undefined;
        if (event === "deadline") throw whyNot(this.#kernel, this.#home, deadline.totalMs);
        const server = await this.#connect(false);
        if (!server) continue;
        wait.abandon();
        return server;
      }
    } catch (error) {
      wait.abandon();
      throw error;
    }
  }

  /** We alone may start a server now. Undefined: look again from the beginning. */
  async #underStartLock(): Promise<ServerAnswer | undefined> {
    const lost = this.#known && !existsSync(this.#home.daemonLock);
    const lock = new Lock(this.#kernel, this.#home.daemonLock);
    if (!lock.tryAcquire()) {
      if (this.#stranger) throw this.#introduceStranger();
      return await this.#besideLivingServer(lock);
    }
    const proven = lock.isInPlace();
    lock.release();
    if (lost && (await this.#awaitRepair())) return undefined;
    return proven ? await this.#start() : undefined;
  }

  /** Somebody deleted the lock file: a server that lives makes it again, now that we have woken it by making one. */
  async #awaitRepair(): Promise<boolean> {
    const { deadline, signal } = this.#options;
    const timeoutMs = Math.min(repairMs, deadline.remainingMs());
    return (await first({ repaired: this.#watch.next() }, timeoutMs, signal)) === "repaired";
  }

  /** Who holds the lock is a server of ours; who else has the socket is somebody's program. */
  #introduceStranger(): Failure {
    const peer = this.#kernel.socketPeer(this.#home.socket);
    const holder = this.#kernel.lockHolder(this.#home.daemonLock);
    peer?.close();
    holder?.close();
    const same = peer !== undefined && (holder === undefined || holder.pid === peer.pid);
    return same ? speechless(peer.pid) : foreignServer(this.#home);
  }

  /** Nobody is alive: the lock proved it. */
  async #start(): Promise<ServerAnswer | undefined> {
    const { start, following, deadline, signal } = this.#options;
    if (this.#kernel.isListening(this.#home.socket)) throw foreignServer(this.#home);
    // A server that was stopped has taken its socket with it; one that was killed has not.
    if (following && !existsSync(this.#home.socket)) throw stopped();
    if (!start) throw notRunning(this.#home);
    const failed = startFailureSince(this.#home, this.#sinceMs);
    if (failed) throw failed;
    try {
      const outcome = await spawnServer(this.#kernel, this.#home, deadline, signal);
      if (outcome === "killed" && ++this.#killed >= maxKilled) throw crashed("killed again and again", "");
      if (outcome !== "ready") return undefined;
    } catch (error) {
      const failure = asNoServer(error);
      const reason = (failure as { reason?: string }).reason;
      if (failure instanceof Error && reason !== undefined && reason !== "server-starting") {
        recordStartFailure(this.#home, failure as never);
      }
      throw failure;
    }
    clearStartFailure(this.#home);
    return await this.#connect(true);
  }

  /** It starts, stops, is overloaded or hangs: its socket, its end or our deadline tells. */
  async #besideLivingServer(lock: Lock): Promise<ServerAnswer | undefined> {
    const { deadline, signal } = this.#options;
    const wait = lock.wait();
    this.#nudge();
    let late = this.#askLate();
    try {
      for (;;) {
        const events = { end: wait.done, socket: this.#watch.next(), answer: late.usable };
        const event = await first(events, deadline.remainingMs(), signal);
        if (event === "end") {
          lock.release();
          return undefined;
        }
        if (event === "deadline") throw whyNot(this.#kernel, this.#home, deadline.totalMs);
        late.abort();
        const server = await this.#connect(true);
        if (server) {
          wait.abandon();
          return server;
        }
        late = this.#askLate();
      }
    } catch (error) {
      wait.abandon();
      throw error;
    } finally {
      late.abort();
    }
  }

  /** `usable` when it is worth to connect again: a hanging server answered, or the full queue of a busy one has room. */
  #askLate(): { usable: Promise<unknown>; abort: () => void } {
    const controller = new AbortController();
    const never = new Promise<never>(() => {});
    let room: KernelWait | undefined;
    const ask = async () => {
      const answer = await introduce(this.#home, this.#options.deadline.remainingMs(), controller.signal);
      if (answer.kind === "server" && answer.server.serving) return;
      if (answer.kind !== "refused" || !this.#kernel.isListening(this.#home.socket)) return await never;
      room = this.#kernel.waitConnectable(this.#home.socket);
      await room.done;
    };
    return {
      usable: ask().catch(() => never),
      abort: () => {
        controller.abort();
        room?.abandon();
      },
    };
  }

  /** The server publishes its socket again when it is missing and somebody touches its lock. */
  #nudge(): void {
    if (existsSync(this.#home.socket)) return;
    const now = new Date();
    try {
      utimesSync(this.#home.daemonLock, now, now);
    } catch {
      // It was deleted as well, which the server notices by itself.
    }
  }

  /** Undefined: nobody usable answers right now. Only under the start lock an older server may be replaced. */
  async #connect(underStartLock: boolean): Promise<ServerAnswer | undefined> {
    const { deadline, signal } = this.#options;
    const answer = await introduce(this.#home, Math.min(fastAnswerMs, deadline.remainingMs()), signal);
    this.#stranger = answer.kind === "stranger";
    if (!isUsable(this.#home, answer)) return undefined;
    if (!isOlder(answer.server) || this.#tolerated === answer.server.instanceId) return answer.server;
    return underStartLock ? await this.#upgrade(answer.server) : undefined;
  }

  /** Undefined: the older server is gone. */
  async #upgrade(server: ServerAnswer): Promise<ServerAnswer | undefined> {
    const { notice, start } = this.#options;
    if (!start || (await isForeground(this.#home))) {
      if (server.api !== apiVersion) throw incompatible(server);
      notice(`The server is version ${server.version}, older than this pawl ${version}: pawl server restart`);
      this.#tolerated = server.instanceId;
      return server;
    }
    notice(`Replacing the server of version ${server.version} by version ${version}`);
    await endServer(this.#kernel, this.#home, "upgrade");
    return undefined;
  }
}

/** Throws when it is a server, but none for us. */
function isUsable(home: Home, answer: Answer): answer is Extract<Answer, { kind: "server" }> {
  if (answer.kind !== "server") return false;
  if (answer.server.homeId !== home.id) throw otherHome(home, answer.server);
  if (Number(answer.server.api) > Number(apiVersion)) throw incompatible(answer.server);
  return answer.server.serving;
}

function isOlder(server: ServerAnswer): boolean {
  return compareVersions(version, server.version) > 0;
}
