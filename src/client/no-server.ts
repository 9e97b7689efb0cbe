import type { Home } from "../config/home.ts";
import { version } from "../config/version.ts";
import { Failure } from "../failure.ts";
import type { ServerAnswer } from "./handshake.ts";

/** Every way of not getting a server, as one typed failure each (the table of docs/daemon.md). All are `unavailable`: exit 3. */
function noServer(
  reason: string,
  message: string,
  hint: string,
  more: { details?: unknown; cause?: unknown } = {},
): Failure {
  return new Failure("unavailable", message, { reason, hint, ...more });
}

export function notRunning(home: Home): Failure {
  return noServer(
    "server-not-running",
    `No server is running in "${home.path}", and none was to be started`,
    "Start one: pawl server start",
  );
}

/** It was told to stop while we followed it. */
export function stopped(): Failure {
  return noServer("server-stopped", "The server was stopped", "Start it again: pawl server start");
}

export function notAnswering(pid: number, state: string, waitedMs: number): Failure {
  return noServer(
    "server-not-answering",
    `The server (pid ${pid}, ${state}) did not answer within ${seconds(waitedMs)}`,
    "Replace it: pawl server restart",
    { details: { pid, state } },
  );
}

export function starting(pid: number | undefined, phase: string, waitedMs: number): Failure {
  return noServer(
    "server-starting",
    `The server is still starting (pid ${pid ?? "not known yet"}, ${phase}) after ${seconds(waitedMs)}`,
    "Give it more time: --timeout 2m",
    { details: { pid, phase } },
  );
}

export function stopping(pid: number, waitedMs: number): Failure {
  return noServer(
    "server-stopping",
    `The server is still stopping (pid ${pid}) after ${seconds(waitedMs)}`,
    "Give it more time: --timeout 2m, or replace it: pawl server restart",
    { details: { pid } },
  );
}

/** Its lock is held, and the kernel shows us nobody who holds it. */
export function notVisible(home: Home): Failure {
  return noServer(
    "server-not-visible",
    `The server of "${home.path}" runs where its process is not visible: in another container or pid namespace`,
    "Stop or restart it from there",
  );
}

export function unkillable(pid: number): Failure {
  return noServer(
    "server-not-ending",
    `The server (pid ${pid}) does not end, not even by SIGKILL`,
    `See what it waits for in the kernel: cat /proc/${pid}/stack`,
    { details: { pid } },
  );
}

export function foreignServer(home: Home): Failure {
  return noServer(
    "foreign-server",
    `What answers on "${home.socket}" is not pawl, so it was left alone`,
    "Stop that program, or choose another home with --home",
  );
}

/** It holds the lock and the socket, and speaks no language of ours: older or newer than any version we know. */
export function speechless(pid: number): Failure {
  return noServer(
    "server-incompatible",
    `The server (pid ${pid}) does not say which version it is, so this pawl ${version} cannot use it`,
    "Replace it: pawl server restart",
    { details: { pid } },
  );
}

export function otherHome(home: Home, server: ServerAnswer): Failure {
  return noServer(
    "server-of-another-home",
    `The server on "${home.socket}" was started for another home`,
    "If the directory was moved: pawl server restart",
    { details: { homeId: server.homeId } },
  );
}

/** The API changed, and we may not or cannot replace the server. */
export function incompatible(server: ServerAnswer): Failure {
  return noServer(
    "server-incompatible",
    `The server is version ${server.version}, which this pawl ${version} cannot talk to`,
    "Use the newer of the two, or replace the server: pawl server restart",
    { details: { version: server.version, api: server.api } },
  );
}

export function crashed(exit: string, tail: string): Failure {
  return noServer(
    "server-crashed",
    `The server ended while it was starting (${exit})${tail === "" ? "" : `; its last words:\n${tail}`}`,
    "See its log: pawl server logs",
  );
}

/** The server's own word about why it cannot start. */
export function refusedToStart(said: Partial<Failure>, tail: string): Failure {
  return noServer(
    said.reason ?? "server-failed",
    `The server could not start: ${said.message}${tail === "" ? "" : `\n${tail}`}`,
    said.hint ?? "See its log: pawl server logs",
    { details: { code: said.code } },
  );
}

export function cannotSpawn(error: NodeJS.ErrnoException): Failure {
  const limits: Record<string, [reason: string, hint: string]> = {
    EAGAIN: ["out-of-processes", "Raise the limit with ulimit -u, or end some processes"],
    ENOMEM: ["out-of-memory", "End some processes"],
    EMFILE: ["out-of-descriptors", "Raise the limit with ulimit -n"],
    ENFILE: ["out-of-descriptors", "Close some programs: the system has no file descriptor left"],
    ENOSPC: ["disk-full", "Free some disk space"],
  };
  const [reason, hint] = limits[error.code ?? ""] ?? [
    "server-not-startable",
    "Try it in the foreground: pawl serve",
  ];
  return noServer(reason, `The server could not be started: ${error.message}`, hint, { cause: error });
}

export function connectionLost(): Failure {
  return noServer(
    "connection-lost",
    "The server broke the connection several times while it worked on this call",
    "See its log: pawl server logs",
  );
}

export function foreignOwner(directory: string, uid: number | undefined, cause?: unknown): Failure {
  const owner = uid === undefined ? "is not accessible" : `belongs to user ${uid}`;
  return noServer(
    uid === undefined ? "home-not-accessible" : "home-foreign-owner",
    `"${directory}" ${owner} (we are user ${process.getuid?.()})`,
    "Run pawl as the owner of that directory, or choose another home with --home",
    { cause },
  );
}

export function homeIsFile(directory: string, cause: unknown): Failure {
  return noServer(
    "home-is-file",
    `There can be no directory "${directory}": on the way to it is a file`,
    "Choose another home with --home or PAWL_HOME, or move that file away",
    { cause },
  );
}

/** A failure of preparing to start is a way of not getting a server as well. */
export function asNoServer(error: unknown): unknown {
  if (!(error instanceof Failure) || error.code === "unavailable" || error.code === "cancelled") return error;
  const { reason, hint, details, cause } = error;
  return new Failure("unavailable", error.message, { reason, hint, details, cause });
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}
