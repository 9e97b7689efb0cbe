import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Home, locateHome, prepareHome } from "../config/home.ts";
import { commit, version } from "../config/version.ts";
import { Failure } from "../failure.ts";
import { acquireDaemonLock, acquireStartLock, alreadyRunning, inspectHolder } from "./exclusion.ts";
import { IdleTimer } from "./idle.ts";
import { type LogFile, openLog } from "./log.ts";
import type { Lock } from "./platform/lock.ts";
import { type Phase, writeNote } from "./platform/note.ts";
import { type Platform, platform } from "./platform/platform.ts";
import { announce } from "./platform/readiness.ts";
import { Publication } from "./publication.ts";
import { reapOrphans } from "./reaper.ts";
import type { CreateService, Identity, Lifetime, Log, Service } from "./service.ts";
import { StopRequest } from "./stop.ts";
import { type Supervisor, supervisor } from "./supervisor.ts";
import { watchHome } from "./watch.ts";

export interface DaemonOptions {
  /** The home as given; keyed by its real path. */
  readonly home: string;
  /** True: a person or a supervisor runs `pawl serve`; false: a client spawned us, and fd 3 is its readiness pipe. */
  readonly foreground: boolean;
  readonly create: CreateService;
  /** Called once, when the socket is published (foreground: prints the ready line). */
  readonly onReady?: (socket: string) => void;
}

const defaultDrainMs = 3000;
const watchdogMs = 1000;
const exitStuck = 1;
const exitInterrupted = 130;

/**
 * The whole life of a server process: lock, open, publish, serve, stop (daemon.md "Server: start"). Resolves with the exit
 * code. `daemon.lock` stays ours until the process ends, which the caller brings about. Rejects `Failure` `already_exists`
 * (exit 4) when another server lives.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  process.umask(0o077);
  try {
    return await run(options);
  } catch (error) {
    if (!options.foreground) announceFailure(error);
    throw error;
  }
}

async function run(options: DaemonOptions): Promise<number> {
  const home = locateHome(options.home);
  prepareHome(home);
  const kernel = await platform();
  // A client that spawned us holds the start lock on our behalf.
  const startLock = options.foreground ? await acquireStartLock(kernel, home) : undefined;
  try {
    const lock = await acquireDaemonLock(kernel, home);
    if (lock === undefined) {
      if (!options.foreground) announce({ word: "BUSY", body: { pid: inspectHolder(kernel, home) } });
      throw alreadyRunning(kernel, home);
    }
    const daemon = new Daemon(options, home, kernel, lock);
    reapOrphans(kernel);
    await daemon.start();
    startLock?.release();
    return await daemon.untilStopped();
  } finally {
    startLock?.release();
  }
}

class Daemon {
  readonly #options: DaemonOptions;
  readonly #home: Home;
  readonly #kernel: Platform;
  readonly #identity: Identity;
  readonly #logFile: LogFile;
  readonly #log: Log;
  readonly #stop = new StopRequest();
  readonly #service: Service;
  readonly #publication: Publication;
  readonly #supervisor: Supervisor;
  #idle: IdleTimer | undefined;
  /** Held, never read: what goes out of scope is not closed, but it says what this object stands on. */
  #lock: Lock;

  constructor(options: DaemonOptions, home: Home, kernel: Platform, lock: Lock) {
    this.#options = options;
    this.#home = home;
    this.#kernel = kernel;
    this.#lock = lock;
    this.#identity = identify(options, home);
    this.#logFile = openLog(home.logs);
    this.#log = this.#logFile.write;
    this.#stop.listenToSignals(options.foreground);
    const shutdown = (reason: string) => this.#stop.request(reason);
    this.#service = options.create(this.#identity, shutdown, this.#log, this.#logFile.redact);
    this.#publication = new Publication(kernel, home.socket, (socket) => {
      this.#idle?.track(socket);
      this.#service.accept(socket);
    });
    this.#supervisor = supervisor(kernel, options.foreground ? process.env : {});
  }

  /** Returns without having published anything when the stop was asked for before the store was open. */
  async start(): Promise<void> {
    const { version, instanceId } = this.#identity;
    this.#note("starting");
    this.#log("info", "Starting", { version, commit, instance: instanceId, pid: process.pid });
    try {
      if (!(await this.#open())) return;
      this.#adopt(this.#service.lifetime?.() ?? {});
      removeLeftovers(this.#home);
      await this.#publication.publish();
    } catch (error) {
      this.#log("error", "Could not start", { error: (error as Error).message });
      await this.#service.close(0).catch(() => {});
      rmSync(this.#home.daemonJson, { force: true });
      throw error;
    }
    this.#note("serving");
    this.#log("info", "Serving", { socket: this.#home.socket });
    announceReady(this.#options, this.#identity);
    this.#supervisor.ready();
    this.#options.onReady?.(this.#home.socket);
  }

  /** False: somebody wants us to stop, so nobody is to be told that we serve. */
  async #open(): Promise<boolean> {
    await Promise.race([this.#service.open(), this.#stop.requested]);
    // Opening may have kept this thread busy: a signal that came meanwhile is heard within the next turns.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    return !this.#stop.isRequested;
  }

  async untilStopped(): Promise<number> {
    const watch = watchHome(
      this.#home,
      () => void this.#repair(),
      () => this.#stop.request("its home was removed"),
    );
    const reason = await this.#stop.requested;
    watch.close();
    this.#log("info", "Stopping", { reason });
    this.#note("stopping");
    this.#supervisor.stopping();
    this.#publication.withdraw();
    const code = await this.#drain();
    this.#log("info", "Stopped", { code });
    rmSync(this.#home.daemonJson, { force: true });
    return code;
  }

  #adopt({ idleExitMs, isIdle = () => true, logLevel }: Lifetime): void {
    if (logLevel !== undefined) this.#logFile.setLevel(logLevel);
    if (idleExitMs === undefined) return;
    this.#idle = new IdleTimer(idleExitMs, isIdle, () => this.#stop.request("idle"));
  }

  /** Ends what is in flight; a service that does not come to an end is left behind. */
  async #drain(): Promise<number> {
    const drainMs = this.#service.lifetime?.().drainMs ?? defaultDrainMs;
    const closed = this.#service.close(drainMs).then(
      () => 0,
      (error: Error) => {
        this.#log("error", "Could not close", { error: error.message });
        return exitStuck;
      },
    );
    const stuck = new Promise<number>((resolve) => {
      setTimeout(() => resolve(exitStuck), drainMs + watchdogMs).unref();
    });
    return Promise.race([closed, stuck, this.#stop.forced.then(() => exitInterrupted)]);
  }

  /** Makes again what somebody deleted: our socket, our locks. */
  async #repair(): Promise<void> {
    try {
      if (!this.#lock.isInPlace()) {
        const lock = await acquireDaemonLock(this.#kernel, this.#home);
        if (lock) this.#lock = lock;
        this.#log("warn", "The lock file was deleted", { locked: lock !== undefined });
      }
      if (!this.#publication.isInPlace()) {
        await this.#publication.publish();
        this.#log("warn", "The socket was deleted or replaced; it was published again");
      }
    } catch (error) {
      this.#log("error", "Could not repair the home", { error: (error as Error).message });
    }
  }

  #note(phase: Phase): void {
    const { pid, version, instanceId, startedAt } = this.#identity;
    const startedAtText = new Date(startedAt).toISOString();
    writeNote(this.#home.daemonJson, { pid, version, instance: instanceId, startedAt: startedAtText, phase });
  }
}

function identify(options: DaemonOptions, home: Home): Identity {
  return {
    pid: process.pid,
    version,
    commit,
    homeId: home.id,
    instanceId: crypto.randomUUID(),
    home: home.path,
    socket: home.socket,
    startedAt: Date.now(),
    foreground: options.foreground,
  };
}

/** Temporary sockets of servers that were killed between listening and publishing. */
function removeLeftovers(home: Home): void {
  if (dirname(home.socket) !== home.run) return;
  for (const name of readdirSync(home.run)) {
    if (/^\.[0-9a-f]{8}$/.test(name)) rmSync(join(home.run, name), { force: true });
  }
}

function announceReady(options: DaemonOptions, identity: Identity): void {
  if (options.foreground) return;
  announce({ word: "READY", body: { instance: identity.instanceId, version: identity.version } });
}

function announceFailure(error: unknown): void {
  const failure =
    error instanceof Failure
      ? error
      : new Failure("internal", error instanceof Error ? error.message : String(error), {
          reason: "server-failed",
        });
  const { code, message, reason, hint } = failure;
  announce({ word: "ERROR", body: { code, message, reason, hint } });
}
