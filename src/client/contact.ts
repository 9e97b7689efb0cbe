import { existsSync, utimesSync } from "node:fs";
import type { Home } from "../config/home.ts";
import { compareVersions, version } from "../config/version.ts";
import type { KernelWait, Platform } from "../daemon/platform/platform.ts";
import type { Failure } from "../failure.ts";
import { endServer, isForeground } from "./ending.ts";
import type { Deadline } from "./first.ts";
import { type Answer, apiVersion, introduce, type ServerAnswer } from "./handshake.ts";
import { foreignServer, incompatible, otherHome, speechless } from "./no-server.ts";

export interface ObtainOptions {
  readonly start: boolean;
  readonly notice: (line: string) => void;
  readonly deadline: Deadline;
  readonly signal?: AbortSignal;
  /** We follow a server that was there: one that was stopped on purpose is not started again. */
  readonly following?: boolean;
}

/** A healthy server answers far sooner; who is later is asked again beside the locks. */
export const fastAnswerMs = 1000;

/** Talks to whoever may be behind the socket while the locks are decided. */
export class Contact {
  readonly #home: Home;
  readonly #kernel: Platform;
  readonly #options: ObtainOptions;
  /** Whether the last answer came from somebody who did not introduce himself. */
  #stranger = false;
  /** An older server that we decided to live with. */
  #tolerated: string | undefined;

  constructor(home: Home, kernel: Platform, options: ObtainOptions) {
    this.#home = home;
    this.#kernel = kernel;
    this.#options = options;
  }

  /** Undefined: nobody usable answers right now. Only under the start lock an older server may be replaced. */
  async connect(underStartLock: boolean): Promise<ServerAnswer | undefined> {
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

  /** Who holds the lock is a server of ours; who else has the socket is somebody's program. */
  whoIsStranger(): Failure | undefined {
    if (!this.#stranger) return undefined;
    const peer = this.#kernel.socketPeer(this.#home.socket);
    const holder = this.#kernel.lockHolder(this.#home.daemonLock);
    peer?.close();
    holder?.close();
    const same = peer !== undefined && (holder === undefined || holder.pid === peer.pid);
    return same ? speechless(peer.pid) : foreignServer(this.#home);
  }

  /** `usable` when it is worth to connect again: a hanging server answered, or the full queue of a busy one has room. */
  askLate(): { usable: Promise<unknown>; abort: () => void } {
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
  nudge(): void {
    if (existsSync(this.#home.socket)) return;
    const now = new Date();
    try {
      utimesSync(this.#home.daemonLock, now, now);
    } catch {
      // It was deleted as well, which the server notices by itself.
    }
  }
}

/** Throws when it is a server, but none for us. */
export function isUsable(home: Home, answer: Answer): answer is Extract<Answer, { kind: "server" }> {
  if (answer.kind !== "server") return false;
  if (answer.server.homeId !== home.id) throw otherHome(home, answer.server);
  if (Number(answer.server.api) > Number(apiVersion)) throw incompatible(answer.server);
  return answer.server.serving;
}

export function isOlder(server: ServerAnswer): boolean {
  return compareVersions(version, server.version) > 0;
}
