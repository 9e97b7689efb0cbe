import { closeSync, existsSync, fstatSync, openSync, readSync, statSync, watch } from "node:fs";
import { join } from "node:path";

/** Oldest first; the server rotates them by renaming. */
const fileNames = ["server.log.2", "server.log.1", "server.log"];
const chunkBytes = 64 * 1024;
/** What has no newline for so long is given out as it is. */
const maxLineBytes = 1024 * 1024;

export interface LogReading {
  readonly wanted: (line: string) => boolean;
  /** Of what is there at first only the last lines; undefined: all. */
  readonly tail: number | undefined;
  /** Also lines to come, over rotations, until the signal aborts. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The lines of the server's log, oldest first. */
export async function* readServerLog(directory: string, reading: LogReading): AsyncGenerator<string> {
  if (!existsSync(directory)) return;
  // Armed before anything is read, so that what is written meanwhile is a change to come.
  const changes = reading.follow ? new Changes(directory, reading.signal) : undefined;
  const path = join(directory, fileNames.at(-1)!);
  let current = LogFile.open(path);
  try {
    yield* lastOf(wantedOf(allLines(directory, current), reading.wanted), reading.tail);
    while (await changes?.next()) {
      yield* wantedOf(current?.lines() ?? [], reading.wanted);
      if (current?.isAt(path)) continue;
      const next = LogFile.open(path);
      if (next === undefined) continue;
      yield* wantedOf(chain(current?.lines() ?? [], next.lines()), reading.wanted);
      current?.[Symbol.dispose]();
      current = next;
    }
  } finally {
    current?.[Symbol.dispose]();
    changes?.close();
  }
}

function* allLines(directory: string, current: LogFile | undefined): Generator<string> {
  for (const name of fileNames.slice(0, -1)) {
    using file = LogFile.open(join(directory, name));
    yield* file?.lines() ?? [];
  }
  yield* current?.lines() ?? [];
}

function* wantedOf(lines: Iterable<string>, wanted: LogReading["wanted"]): Generator<string> {
  for (const line of lines) if (wanted(line)) yield line;
}

function* lastOf(lines: Iterable<string>, count: number | undefined): Generator<string> {
  if (count === undefined) return yield* lines;
  const last: string[] = [];
  for (const line of lines) {
    last.push(line);
    if (last.length > count) last.shift();
  }
  yield* last;
}

function* chain(...sources: Iterable<string>[]): Generator<string> {
  for (const source of sources) yield* source;
}

/** One file, read on from where the last reading ended. */
class LogFile implements Disposable {
  readonly #fd: number;
  readonly #inode: number;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(fd: number) {
    this.#fd = fd;
    this.#inode = fstatSync(fd).ino;
  }

  /** Undefined when it is not there. */
  static open(path: string): LogFile | undefined {
    try {
      return new LogFile(openSync(path, "r"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  *lines(): Generator<string> {
    const chunk = Buffer.alloc(chunkBytes);
    for (let read = readSync(this.#fd, chunk); read > 0; read = readSync(this.#fd, chunk)) {
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, read)]);
      let from = 0;
      for (let end = this.#rest.indexOf(10); end >= 0; end = this.#rest.indexOf(10, from)) {
        yield this.#rest.toString("utf8", from, end);
        from = end + 1;
      }
      this.#rest = this.#rest.subarray(from);
      if (this.#rest.length > maxLineBytes) {
        yield this.#rest.toString("utf8");
        this.#rest = Buffer.alloc(0);
      }
    }
  }

  /** False once the file was renamed away or deleted. */
  isAt(path: string): boolean {
    try {
      return statSync(path).ino === this.#inode;
    } catch {
      return false;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** Changes in a directory, as the kernel tells them. */
class Changes {
  readonly #watcher: ReturnType<typeof watch>;
  #wake: ((changed: boolean) => void) | undefined;
  #pending = false;
  #closed = false;

  constructor(directory: string, signal: AbortSignal) {
    this.#watcher = watch(directory, () => this.#notify());
    this.#watcher.on("error", () => this.close());
    signal.addEventListener("abort", () => this.close(), { once: true });
    if (signal.aborted) this.close();
  }

  /** Resolves with true at the next change, with false when there will be none. */
  next(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#pending) this.#notify();
    });
  }

  close(): void {
    this.#closed = true;
    this.#watcher.close();
    this.#wake?.(false);
  }

  #notify(): void {
    this.#pending = this.#wake === undefined;
    this.#wake?.(true);
    this.#wake = undefined;
  }
}
