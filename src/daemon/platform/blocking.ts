import { closeSync } from "node:fs";
import type { KernelWait } from "./platform.ts";

/**
 * Runs in the Worker. As a string, because a file of its own would have to be an entry point of every build that uses it.
 * A call that a signal interrupts (EINTR) is made again.
 */
const program = `
import { dlopen, read } from "bun:ffi";
self.onmessage = ({ data: { library, errno, fd, address, state } }) => {
  const { symbols } = dlopen(library, {
    flock: { args: ["i32", "i32"], returns: "i32" },
    connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
    [errno]: { args: [], returns: "ptr" },
  });
  const block = () => address ? symbols.connect(fd, address, address.length) : symbols.flock(fd, 2);
  let code = 0;
  do code = block() === 0 ? 0 : read.i32(symbols[errno](), 0);
  while (code === 4);
  if (Atomics.compareExchange(new Int32Array(state), 0, 0, 1) === 0) postMessage(code);
  else symbols.close(fd);
};
`;

/** Who comes first, the kernel or the one who gives up, decides who closes the descriptor. */
const [waiting, abandoned] = [0, 2];

/** How a system names its C library and where that keeps the error of the last call. */
export interface Library {
  readonly name: string;
  readonly errno: string;
}

/**
 * Blocks in flock(2), or with an address in connect(2), on a Worker: the one way to learn of a release or of room in a queue
 * from the kernel while this thread stays responsive.
 */
export function block({ name, errno }: Library, fd: number, address?: Uint8Array): KernelWait {
  const url = URL.createObjectURL(new Blob([program], { type: "application/javascript" }));
  const worker = new Worker(url);
  const state = new SharedArrayBuffer(4);
  const done = new Promise<void>((resolve, reject) => {
    worker.onmessage = ({ data: code }: MessageEvent<number>) => {
      URL.revokeObjectURL(url);
      worker.terminate();
      if (code === 0) resolve();
      else reject(new Error(`The kernel refused the wait with errno ${code}`));
    };
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.postMessage({ library: name, errno, fd, address, state });
  return {
    done,
    abandon() {
      if (Atomics.compareExchange(new Int32Array(state), 0, waiting, abandoned) !== waiting) closeSync(fd);
      // A thread inside the kernel cannot be called back; it must not keep the process alive.
      worker.unref();
    },
  };
}
