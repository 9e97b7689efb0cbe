import { fstatSync, readFileSync } from "node:fs";
import { Failure } from "../failure.ts";
import { Descriptor } from "./descriptor.ts";

/** A reader that left (`| head`), and a terminal that is gone, are no errors of ours. */
const quiet = new Set(["EPIPE", "EIO"]);

/** The only writer to stdout. */
export class Printer {
  /** Aborted when the reader has gone away (`| head`): whoever produces data may stop. */
  readonly closed: AbortSignal;
  readonly #descriptor: Descriptor;
  readonly #closed = new AbortController();
  #written = false;
  #failure: Failure | undefined;

  constructor() {
    this.closed = this.#closed.signal;
    this.#descriptor = new Descriptor(1, (code) => this.#fail(code));
  }

  line(text: string): void {
    if (!this.#written && wasClosed(1) && !wasClosed(2)) this.#fail("EBADF");
    this.#written = true;
    this.#descriptor.write(`${text}\n`);
  }

  /** Resolves when everything is with the kernel; rejects when it could not be written (disk full). */
  async flush(): Promise<void> {
    await this.#descriptor.flush();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(code: string): void {
    if (!quiet.has(code)) this.#failure ??= cannotWrite(code);
    this.#closed.abort();
  }
}

const closeOnExec = 0o2000000;

/**
 * Whether a descriptor was closed when the process began: stdout alone (`>&-`) is a mistake, since data is lost; together
 * with stderr (`<&- >&- 2>&-`) it is a caller who wants the work and no words. Bun puts /dev/null in its place; that nobody
 * else did shows in its being close-on-exec, which nothing can be that came through an exec. Not known without /proc (macOS).
 */
function wasClosed(fd: 1 | 2): boolean {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return false;
    const [, flags = "0"] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")) ?? [];
    return (Number.parseInt(flags, 8) & closeOnExec) !== 0;
  } catch {
    return false;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  EBADF: "it is closed",
};

function cannotWrite(code: string): Failure {
  const why = reasons[code] ?? code;
  return new Failure("unknown", `Cannot write to standard output: ${why}`, {
    reason: "output-not-written",
    hint: "Send the output to another place",
  });
}
