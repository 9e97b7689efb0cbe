import { dlopen, read } from "bun:ffi";
import { closeSync } from "node:fs";
import { Failure } from "../../failure.ts";
import { block } from "./blocking.ts";
import type { Platform, ProcessHandle, ProcessState } from "./platform.ts";

const errnoSymbol = "__error";
const library = { name: "libSystem.B.dylib", errno: errnoSymbol };
const [lockExclusive, lockNonBlocking, wouldBlock] = [2, 4, 35];
const [afUnix, sockStream] = [1, 1];
/** SOL_LOCAL, LOCAL_PEERPID of <sys/un.h>. */
const [solLocal, localPeerPid] = [0, 2];
/** PROC_PIDT_SHORTBSDINFO of <sys/proc_info.h>: 64 bytes, pbsi_status at byte 12; SSTOP, SZOMB of <sys/proc.h>. */
const [shortInfo, shortInfoBytes, statusAt] = [13, 64, 12];
const [stopped, zombie] = [4, 5];
/** struct kevent is 32 bytes: ident u64, filter i16, flags u16, fflags u32, data i64, udata u64. */
const [filterProcess, addOneShot, noteExit] = [-5, 0x11, 0x80000000];

const { symbols: libc } = dlopen(library.name, {
  flock: { args: ["i32", "i32"], returns: "i32" },
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
  listen: { args: ["i32", "i32"], returns: "i32" },
  getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  kqueue: { args: [], returns: "i32" },
  kevent: { args: ["i32", "ptr", "i32", "ptr", "i32", "ptr"], returns: "i32" },
  proc_pidinfo: { args: ["i32", "i32", "u64", "ptr", "i32"], returns: "i32" },
  [errnoSymbol]: { args: [], returns: "ptr" },
});

export function macos(): Platform {
  return {
    tryLock(fd) {
      if (libc.flock(fd, lockExclusive | lockNonBlocking) === 0) return true;
      const code = read.i32(libc[errnoSymbol]()!, 0);
      if (code === wouldBlock) return false;
      throw new Failure(
        "failed_precondition",
        `The filesystem of the home refuses file locks (errno ${code})`,
        {
          reason: "home-without-locks",
          hint: "Choose a home on a local filesystem with --home or PAWL_HOME",
        },
      );
    },
    waitLock: (fd) => block(library, fd),
    waitConnectable(path) {
      const fd = libc.socket(afUnix, sockStream, 0);
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
    listsHolders: false,
    // The system has no table of flock holders; the socket's peer is what remains.
    lockHolder: () => undefined,
    isListening: (path) => withConnection(path, (_, code) => code === 0),
    socketPeer: (path) =>
      withConnection(path, (fd, code) => {
        const pid = new Int32Array(1);
        const size = new Uint32Array([4]);
        if (code !== 0 || libc.getsockopt(fd, solLocal, localPeerPid, pid, size) !== 0) return undefined;
        return pid[0]! > 0 ? handle(pid[0]!) : undefined;
      }),
    lengthenQueue: (fd, connections) => void libc.listen(fd, connections),
    // Neither systemd nor containers with us as pid 1 exist here.
    notify() {},
    reap() {},
    processState,
    executable: () => process.execPath,
  };
}

function processState(pid: number): ProcessState {
  const info = Buffer.alloc(shortInfoBytes);
  if (libc.proc_pidinfo(pid, shortInfo, 0, info, shortInfoBytes) <= 0) return "absent";
  const status = info.readUInt32LE(statusAt);
  return status === zombie ? "zombie" : status === stopped ? "stopped" : "running";
}

/** A kqueue registered on the process stands in for a pidfd: its exit is seen even when the pid is used again. */
function handle(pid: number): ProcessHandle | undefined {
  const queue = libc.kqueue();
  const change = Buffer.alloc(32);
  change.writeBigUInt64LE(BigInt(pid), 0);
  change.writeInt16LE(filterProcess, 8);
  change.writeUInt16LE(addOneShot, 10);
  change.writeUInt32LE(noteExit, 12);
  if (queue < 0 || libc.kevent(queue, change, 1, null, 0, null) !== 0) {
    if (queue >= 0) closeSync(queue);
    return undefined;
  }
  let gone = false;
  const waitExit = (timeoutMs: number): boolean => {
    const timeout = new BigInt64Array([
      BigInt(Math.trunc(timeoutMs / 1000)),
      BigInt(timeoutMs % 1000) * 1_000_000n,
    ]);
    gone ||= libc.kevent(queue, null, 0, Buffer.alloc(32), 1, timeout) === 1;
    return gone;
  };
  return {
    pid,
    waitExit,
    signal(name) {
      if (waitExit(0)) return false;
      try {
        return process.kill(pid, name);
      } catch {
        return false;
      }
    },
    close: () => closeSync(queue),
  };
}

function withConnection<T>(path: string, use: (fd: number, code: number) => T): T {
  const fd = libc.socket(afUnix, sockStream, 0);
  try {
    const address = socketAddress(path);
    const code = libc.connect(fd, address, address.length) === 0 ? 0 : read.i32(libc[errnoSymbol]()!, 0);
    return use(fd, code);
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

/** struct sockaddr_un, which begins with its own length, with the final zero. */
function socketAddress(path: string): Buffer {
  const address = Buffer.alloc(2 + Buffer.byteLength(path) + 1);
  address.writeUInt8(address.length, 0);
  address.writeUInt8(afUnix, 1);
  address.write(path, 2);
  return address;
}
