/** What the kernel says about a process; `absent` also when it belongs to another pid namespace. */
export type ProcessState = "running" | "stopped" | "zombie" | "absent";

/** One process, held so that its pid cannot come to mean another one where the kernel allows that (pidfd). */
export interface ProcessHandle {
  readonly pid: number;
  /** False when it no longer exists. */
  signal(name: "SIGTERM" | "SIGKILL" | "SIGCONT"): boolean;
  /** Waits in the kernel, and blocks this thread: only for a process that is already going. */
  waitExit(timeoutMs: number): boolean;
  close(): void;
}

/** A wait inside the kernel, on a thread of its own. */
export interface KernelWait {
  /** Rejects when the kernel refuses to wait. */
  readonly done: Promise<void>;
  /** Nobody waits any more: what comes later is given back at once. */
  abandon(): void;
}

/**
 * The kernel calls behind the daemon protocol. One implementation per system; file descriptors are plain numbers, paths
 * are absolute.
 */
export interface Platform {
  /** flock EX|NB. False: somebody else holds it. Throws `failed_precondition` where the filesystem has no locks. */
  tryLock(fd: number): boolean;
  /** flock EX, blocking on a thread of its own; takes over `fd` when abandoned. */
  waitLock(fd: number): KernelWait;
  /** Resolves when this socket's full queue has room for another connection; rejects when nobody listens any more. */
  waitConnectable(path: string): KernelWait;
  /** Whether the kernel tells who holds a lock; else only the socket's peer is known. */
  readonly listsHolders: boolean;
  /** The process that holds the flock on this file, as the kernel tells; undefined: none that is visible to us. */
  lockHolder(path: string): ProcessHandle | undefined;
  /** The process that listens on this socket, alive or stopped; undefined: nobody, or not visible to us. */
  socketPeer(path: string): ProcessHandle | undefined;
  /** Whether anybody would take a connection on this socket; true as well when its queue is full. */
  isListening(path: string): boolean;
  /** Lets so many connections wait on a socket that listens, or as many as the system allows. Never fails. */
  lengthenQueue(fd: number, connections: number): void;
  /** Sends one datagram to a supervisor's socket, `@` for the abstract namespace. Never fails. */
  notify(socketPath: string, text: string): void;
  /** Takes a dead child's place in the process table away; nothing when it is no dead child of ours. */
  reap(pid: number): void;
  processState(pid: number): ProcessState;
  /** Our own executable, so named that it can be started even after the file was replaced or deleted. */
  executable(): string;
}

let loaded: Promise<Platform> | undefined;

/** The implementation for this system, loaded on first use: the warm path of a client never needs it. */
export function platform(): Promise<Platform> {
  loaded ??=
    process.platform === "darwin"
      ? import("./macos.ts").then(({ macos }) => macos())
      : import("./linux.ts").then(({ linux }) => linux());
  return loaded;
}
