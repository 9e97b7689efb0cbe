import { existsSync } from "node:fs";
import type { Home } from "../config/home.ts";
import { Lock } from "../daemon/platform/lock.ts";
import type { Platform } from "../daemon/platform/platform.ts";
import { Contact, type ObtainOptions } from "./contact.ts";
import { whyNot } from "./diagnosis.ts";
import { Deadline, first } from "./first.ts";
import type { ServerAnswer } from "./handshake.ts";
import { asNoServer, crashed, foreignServer, notRunning, stopped } from "./no-server.ts";
import { SocketWatch } from "./socket-watch.ts";
import { spawnServer } from "./spawn.ts";
import { clearStartFailure, recordStartFailure, startFailureSince } from "./start-failure.ts";

/** A server that lost its files makes them again once deletions have paused for 100 ms. */
const repairMs = 500;
/** How long a start usually takes, with many clients on few processors. */
const usualStartMs = 250;
/** Somebody who kills servers before they are ready, such as a system without memory, is not to be fought. */
const maxKilled = 5;

/** One client's way through the locks. */
export class Attempt {
  readonly #home: Home;
  readonly #kernel: Platform;
  readonly #options: ObtainOptions;
  readonly #sinceMs: number;
  readonly #watch: SocketWatch;
  readonly #contact: Contact;
  #killed = 0;
  /** Whether the home's run directory is older than we are. */
  readonly #known: boolean;
  /** Called when there is time for other work. */
  readonly #onWait: () => void;

  constructor(
    home: Home,
    kernel: Platform,
    options: ObtainOptions,
    sinceMs: number,
    known: boolean,
    onWait: () => void,
  ) {
    this.#home = home;
    this.#kernel = kernel;
    this.#options = options;
    this.#sinceMs = sinceMs;
    this.#known = known;
    this.#onWait = onWait;
    this.#contact = new Contact(home, kernel, options);
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
        const server = (await this.#contact.connect(true)) ?? (await this.#underStartLock());
        if (server) return server;
      } finally {
        lock.release();
      }
    }
  }

  /** Undefined: the lock is ours. A server may come up meanwhile. */
  async #waitForStartLock(lock: Lock): Promise<ServerAnswer | undefined> {
    this.#onWait();
    const early = await this.#waitForSocket(usualStartMs);
    if (early) return early;
    const wait = lock.wait();
    const { deadline, signal } = this.#options;
    try {
      for (;;) {
        const events = { lock: wait.done, socket: this.#watch.next() };
        const event = await first(events, deadline.remainingMs(), signal);
        if (event === "lock") return undefined;
        if (event === "deadline") throw whyNot(this.#kernel, this.#home, deadline.totalMs);
        const server = await this.#contact.connect(false);
        if (!server) continue;
        wait.abandon();
        return server;
      }
    } catch (error) {
      wait.abandon();
      throw error;
    }
  }

  /** Most starts end well and soon, and a thread that waits for the lock costs more than all the rest of a client. */
  async #waitForSocket(timeoutMs: number): Promise<ServerAnswer | undefined> {
    const { deadline, signal } = this.#options;
    const patience = new Deadline(Math.min(timeoutMs, deadline.remainingMs()));
    while ((await first({ socket: this.#watch.next() }, patience.remainingMs(), signal)) === "socket") {
      const server = await this.#contact.connect(false);
      if (server) return server;
    }
    return undefined;
  }

  /** We alone may start a server now. Undefined: look again from the beginning. */
  async #underStartLock(): Promise<ServerAnswer | undefined> {
    const lost = this.#known && !existsSync(this.#home.daemonLock);
    const lock = new Lock(this.#kernel, this.#home.daemonLock);
    if (!lock.tryAcquire()) {
      const stranger = this.#contact.whoIsStranger();
      if (stranger) throw stranger;
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
      const spawning = spawnServer(this.#kernel, this.#home, deadline, signal);
      this.#onWait();
      const outcome = await spawning;
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
    return await this.#contact.connect(true);
  }

  /** It starts, stops, is overloaded or hangs: its socket, its end or our deadline tells. */
  async #besideLivingServer(lock: Lock): Promise<ServerAnswer | undefined> {
    const { deadline, signal } = this.#options;
    const wait = lock.wait();
    this.#contact.nudge();
    let late = this.#contact.askLate();
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
        const server = await this.#contact.connect(true);
        if (server) {
          wait.abandon();
          return server;
        }
        late = this.#contact.askLate();
      }
    } catch (error) {
      wait.abandon();
      throw error;
    } finally {
      late.abort();
    }
  }
}
