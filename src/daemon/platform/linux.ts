import { dlopen, FFIType, read } from "bun:ffi";
import { closeSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { Failure } from "../../failure.ts";
import { block } from "./blocking.ts";
import type { Platform, ProcessHandle, ProcessState } from "./platform.ts";

const errnoSymbol = "__errno_location";
const library = { name: "libc.so.6", errno: errnoSymbol };
const signals = { SIGTERM: 15, SIGKILL: 9, SIGCONT: 18 } as const;
const [pidfdSendSignal, pidfdOpen] = [424, 434];
const [lockExclusive, lockNonBlocking] = [2, 4];
const [afUnix, sockStream, sockNonBlock, sockCloExec] = [1, 1, 0o4000, 0o2000000];
const [solSocket, soPeerCred, soPeerPidFd] = [1, 17, 77];
const [wouldBlock, badFile] = [11, 9];
const [sockDatagram, noSignal, noHang] = [2, 0x4000, 1];
const pollIn = 1;

const { symbols: libc } = dlopen(library.name, {
  flock: { args: ["i32", "i32"], returns: "i32" },
  syscall: { args: ["i64", "i64", "i64", "i64", "i64"], returns: FFIType.i64_fast },
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
  listen: { args: ["i32", "i32"], returns: "i32" },
  getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
  waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
  poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
  [errnoSymbol]: { args: [], returns: "ptr" },
});

export function linux(): Platform {
  return {
    tryLock(fd) {
      if (libc.flock(fd, lockExclusive | lockNonBlocking) === 0) return true;
      const code = errno();
      if (code === wouldBlock) return false;
      throw noLocks(code);
    },
    waitLock: (fd) => block(library, fd),
    waitConnectable(path) {
      const fd = libc.socket(afUnix, sockStream | sockCloExec, 0);
      const { done, abandon } = block(library, fd, socketAddress(path));
      let open = true;
      const close = () => {
        if (open) closeSync(fd);
        open = false;
      };
      return {
        done: done.finally(close),
        abandon: () => {
          if (open) abandon();
          open = false;
        },
      };
    },
    listsHolders: existsSync("/proc/locks"),
    lockHolder(path) {
      const pid = holderOf(path);
      if (pid === undefined) return undefined;
      const process = openProcess(pid);
      // Read again: only what still holds now, behind an open pidfd, is certainly the one.
      if (process && holderOf(path) === pid) return process;
      process?.close();
      return undefined;
    },
    isListening: (path) => withConnection(path, (_, code) => code === 0 || code === wouldBlock),
    socketPeer: (path) =>
      withConnection(path, (fd, code) => {
        if (code !== 0) return undefined;
        const pid = integerOption(fd, soPeerCred)?.[0] ?? 0;
        if (pid <= 0) return undefined;
        const pidfd = integerOption(fd, soPeerPidFd)?.[0];
        return pidfd === undefined ? openProcess(pid) : handle(pid, pidfd);
      }),
    // Asked again of a socket that listens, the kernel takes the new length and keeps who waits.
    lengthenQueue: (fd, connections) => void libc.listen(fd, connections),
    notify(path, text) {
      const fd = libc.socket(afUnix, sockDatagram | sockCloExec, 0);
      if (fd < 0) return;
      const address = socketAddress(path);
      const isAbstract = path.startsWith("@");
      if (isAbstract) address[2] = 0;
      const message = Buffer.from(text);
      libc.sendto(fd, message, message.length, noSignal, address, address.length - (isAbstract ? 1 : 0));
      closeSync(fd);
    },
    reap: (pid) => void libc.waitpid(pid, null, noHang),
    processState,
    executable: () => "/proc/self/exe",
  };
}

const errno = () => read.i32(libc[errnoSymbol]()!, 0);

/** A pidfd pins the process: from here on a reused pid cannot be meant. */
function openProcess(pid: number): ProcessHandle | undefined {
  const pidfd = Number(libc.syscall(pidfdOpen, pid, 0, 0, 0));
  return pidfd < 0 ? undefined : handle(pid, pidfd);
}

function handle(pid: number, pidfd: number): ProcessHandle {
  return {
    pid,
    signal: (name) => Number(libc.syscall(pidfdSendSignal, pidfd, signals[name], 0, 0)) === 0,
    waitExit(timeoutMs) {
      const entry = new Int32Array([pidfd, pollIn]);
      return libc.poll(entry, 1, timeoutMs) === 1;
    },
    close: () => closeSync(pidfd),
  };
}

/** `code` is 0 or the errno of connect, which never blocks: a full queue is EAGAIN. */
function withConnection<T>(path: string, use: (fd: number, code: number) => T): T {
  const fd = libc.socket(afUnix, sockStream | sockNonBlock | sockCloExec, 0);
  if (fd < 0) throw outOfDescriptors(errno());
  try {
    const address = socketAddress(path);
    const code = libc.connect(fd, address, address.length) === 0 ? 0 : errno();
    return use(fd, code);
  } finally {
    closeSync(fd);
  }
}

function integerOption(fd: number, option: number): Int32Array | undefined {
  // struct ucred is the longest answer: pid, uid, gid.
  const value = new Int32Array(3);
  const length = new Uint32Array([option === soPeerCred ? 12 : 4]);
  return libc.getsockopt(fd, solSocket, option, value, length) === 0 ? value : undefined;
}

function outOfDescriptors(code: number): Failure {
  return new Failure("resource_exhausted", `Cannot make a socket (errno ${code})`, {
    reason: "out-of-descriptors",
    hint: "Raise the limit with ulimit -n",
  });
}

function noLocks(code: number): Failure {
  return code === badFile
    ? new Failure("internal", "Locking was asked for a closed file", { reason: "lock-failed" })
    : new Failure("failed_precondition", `The filesystem of the home refuses file locks (errno ${code})`, {
        reason: "home-without-locks",
        hint: "Choose a home on a local filesystem with --home or PAWL_HOME",
      });
}

/** From /proc/locks, confirmed by the holder's own descriptors: an inode number alone may repeat on another device. */
function holderOf(path: string): number | undefined {
  // Without a home (ENOENT), or with a file in its place (ENOTDIR), nobody holds a lock.
  const wanted = existsSync(path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (!wanted) return undefined;
  for (const line of readText("/proc/locks").split("\n")) {
    // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:9995378 0 EOF; a line with "->" waits for the one before.
    const match = /^\d+: FLOCK +ADVISORY +WRITE +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line);
    const pid = Number(match?.[1]);
    if (match && pid > 0 && Number(match[2]) === wanted.ino && holds(pid, wanted.dev, wanted.ino)) return pid;
  }
  return undefined;
}

function holds(pid: number, dev: number, ino: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const stats = statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false });
      return stats?.dev === dev && stats.ino === ino;
    });
  } catch {
    return false;
  }
}

function processState(pid: number): ProcessState {
  const stat = readText(`/proc/${pid}/stat`);
  // The name stands in parentheses and may hold any character.
  const letter = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  if (letter === "") return "absent";
  if (letter === "Z" || letter === "X") return "zombie";
  return letter === "T" || letter === "t" ? "stopped" : "running";
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** struct sockaddr_un, with the final zero. */
function socketAddress(path: string): Buffer {
  const address = Buffer.alloc(2 + Buffer.byteLength(path) + 1);
  address.writeUInt16LE(afUnix, 0);
  address.write(path, 2);
  return address;
}
