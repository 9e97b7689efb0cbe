import { closeSync } from "node:fs";
import type { LockWait } from "./platform.ts";

/**
 * Runs in the Worker. As a string, because a file of its own would have to be an entry point of every build that uses it.
 * flock is restarted when a signal interrupts it (EINTR).
 */
const program = `
import { dlopen, read } from "bun:ffi";
self.onmessage = ({ data: { library, errno, fd } }) => {
  const { symbols } = dlopen(library, {
    flock: { args: ["i32", "i32"], returns: "i32" },
    [errno]: { args: [], returns: "ptr" },
  });
  let code = 0;
  do code = symbols.flock(fd, 2) === 0 ? 0 : read.i32(symbols[errno](), 0);
  while (code === 4);
  postMessage(code);
};
`;

/** Blocks in flock(2) on a Worker: the one way to learn of a release from the kernel while this thread stays responsive. */
export function waitLock(library: string, errno: string, fd: number): LockWait {
  const url = URL.createObjectURL(new Blob([program], { type: "application/javascript" }));
  const worker = new Worker(url);
  let abandoned = false;
  const acquired = new Promise<void>((resolve, reject) => {
    worker.onmessage = ({ data: code }: MessageEvent<number>) => {
      URL.revokeObjectURL(url);
      worker.terminate();
      if (abandoned) closeSync(fd);
      else if (code === 0) resolve();
      else reject(new Error(`flock failed with errno ${code}`));
    };
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.postMessage({ library, errno, fd });
  return {
    acquired,
    abandon() {
      abandoned = true;
      // A thread inside flock cannot be called back; it must not keep the process alive.
      worker.unref();
    },
  };
}
