import { chmodSync, lstatSync, renameSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { basename, dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import type { Platform } from "./platform/platform.ts";

/**
 * The server's socket at its well-known path. The runtime only ever sees a temporary name, because its `close` unlinks by
 * path; the name that counts is made by rename. Used only while `daemon.lock` is held.
 */
export class Publication {
  readonly #kernel: Platform;
  readonly #path: string;
  readonly #accept: (socket: Socket) => void;
  #server: Server | undefined;
  #inode: number | undefined;

  constructor(kernel: Platform, path: string, accept: (socket: Socket) => void) {
    this.#kernel = kernel;
    this.#path = path;
    this.#accept = accept;
  }

  /** Listens and takes the path. Rejects when something that is not a dead socket is there: it is left alone. */
  async publish(): Promise<void> {
    const temporary = temporaryName(this.#path);
    const server = createServer((socket) => this.#accept(socket));
    await listen(server, temporary);
    this.#kernel.lengthenQueue(descriptorOf(server), maxQueued);
    try {
      chmodSync(temporary, 0o600);
      this.#assertFree();
      const inode = lstatSync(temporary).ino;
      renameSync(temporary, this.#path);
      this.#server?.close();
      this.#server = server;
      this.#inode = inode;
      server.on("error", () => {});
    } catch (error) {
      server.close();
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** False when the socket was deleted or replaced. */
  isInPlace(): boolean {
    return this.#inode !== undefined && lstatSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode;
  }

  /** Takes no more connections; unlinks the socket if it is still ours. */
  withdraw(): void {
    if (this.isInPlace()) rmSync(this.#path, { force: true });
    this.#inode = undefined;
    this.#server?.close();
    this.#server = undefined;
  }

  #assertFree(): void {
    const present = lstatSync(this.#path, { throwIfNoEntry: false });
    if (present === undefined) return;
    if (!present.isSocket()) {
      throw new Failure("failed_precondition", `"${this.#path}" is not a socket, so it was left alone`, {
        reason: "socket-path-occupied",
        hint: `Move "${this.#path}" away`,
      });
    }
    if (present.ino === this.#inode) return;
    if (this.#kernel.isListening(this.#path)) {
      throw new Failure(
        "failed_precondition",
        `Another program listens on "${this.#path}", so it was left alone`,
        {
          reason: "foreign-server",
          hint: `Stop that program, or choose another home with --home`,
        },
      );
    }
  }
}

/** Connections that wait to be accepted: as many as Linux allows unless it is told otherwise; the runtime asks for 512. */
const maxQueued = 4_096;

/** The runtime has no public name for it; without it the queue stays as it is. */
function descriptorOf(server: Server): number {
  const { _handle: handle } = server as unknown as { readonly _handle?: { readonly fd?: number } };
  return handle?.fd ?? -1;
}

/** As long as the final name at most, which fits into a socket address. */
function temporaryName(path: string): string {
  const name = `.${crypto.randomUUID().replaceAll("-", "")}`;
  return join(dirname(path), name.slice(0, Math.min(basename(path).length, name.length)));
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const exhausted = ["ENOSPC", "EMFILE", "ENFILE", "EDQUOT"].includes(error.code ?? "");
      reject(
        new Failure(
          exhausted ? "resource_exhausted" : "failed_precondition",
          `Cannot listen on "${path}": ${error.message}`,
          {
            reason: exhausted ? "disk-full" : "home-without-sockets",
            hint: exhausted
              ? "Free some disk space and file descriptors"
              : "Choose a home on a local filesystem with --home or PAWL_HOME",
            cause: error,
          },
        ),
      );
    });
    server.listen(path, () => resolve());
  });
}
