import { closeSync } from "node:fs";

/** The part of a stream's reader that is used. */
export interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
}

/** A kernel pipe: the read end as a stream, the write end as a descriptor to hand to one child. */
export interface Pipe {
  readonly reader: ByteReader;
  readonly writeEnd: number;
  /** To be called once the child has been spawned, or could not be. */
  closeWriteEnd(): void;
  /** Gives up reading. */
  close(): Promise<void>;
}

/**
 * `Bun.spawn` connects a child's output by a socket, which a command cannot open again: `echo … >/dev/stderr` would
 * fail with ENXIO. So outputs are real pipes.
 */
export async function openPipe(): Promise<Pipe> {
  const { dlopen, ptr } = await import("bun:ffi");
  const ends = new Int32Array(2);
  if (process.platform === "linux") {
    const closeOnExec = 0o2000000;
    const libc = dlopen("libc.so.6", { pipe2: { args: ["ptr", "i32"], returns: "i32" } });
    check(libc.symbols.pipe2(ptr(ends), closeOnExec));
  } else {
    // On macOS a child inherits only what it was given.
    const libc = dlopen("libSystem.B.dylib", { pipe: { args: ["ptr"], returns: "i32" } });
    check(libc.symbols.pipe(ptr(ends)));
  }
  const [readEnd, writeEnd] = ends as unknown as [number, number];
  const reader = Bun.file(readEnd).stream().getReader();
  const closeOnce = (end: number) => {
    let open = true;
    return () => {
      if (open) closeSync(end);
      open = false;
    };
  };
  const closeReadEnd = closeOnce(readEnd);
  return {
    reader,
    writeEnd,
    closeWriteEnd: closeOnce(writeEnd),
    close: () => reader.cancel().then(closeReadEnd, closeReadEnd),
  };
}

function check(result: number): void {
  if (result !== 0) throw new Error("No pipe could be opened: too many open files");
}
