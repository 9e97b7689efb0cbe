import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { Failure } from "../../failure.ts";
import type { KernelWait, Platform } from "./platform.ts";

/** An flock on a file that is never unlinked by us; held until `release`, or until the process ends. */
export class Lock {
  readonly path: string;
  readonly #kernel: Platform;
  readonly #fd: number;
  #open = true;

  /** Opens, and creates, the lock file without locking it. */
  constructor(kernel: Platform, path: string) {
    this.#kernel = kernel;
    this.path = path;
    const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants;
    try {
      this.#fd = openSync(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600);
    } catch (error) {
      throw unopenable(path, error as NodeJS.ErrnoException);
    }
  }

  /** False: somebody else holds it. */
  tryAcquire(): boolean {
    return this.#kernel.tryLock(this.#fd);
  }

  /** `done`: the lock is ours. After `abandon` this object is spent. */
  wait(): KernelWait {
    const { done, abandon } = this.#kernel.waitLock(this.#fd);
    return {
      done,
      abandon: () => {
        if (this.#open) abandon();
        this.#open = false;
      },
    };
  }

  /** False when the file was deleted or replaced: then the lock no longer excludes those who open the path now. */
  isInPlace(): boolean {
    const held = fstatSync(this.#fd);
    const present = statSync(this.path, { throwIfNoEntry: false });
    return present?.ino === held.ino && present.dev === held.dev;
  }

  release(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }
}

function unopenable(path: string, error: NodeJS.ErrnoException): Failure {
  const hints: Record<string, [reason: string, hint: string]> = {
    ENOSPC: ["disk-full", "Free some disk space"],
    EDQUOT: ["disk-full", "Free some of your disk quota"],
    EMFILE: ["out-of-descriptors", "Raise the limit with ulimit -n"],
    ENFILE: ["out-of-descriptors", "Close some programs: the system has no file descriptor left"],
    ELOOP: ["home-damaged", `Remove the symbolic link "${path}"`],
    EISDIR: ["home-damaged", `Remove the directory "${path}"`],
  };
  const [reason, hint] = hints[error.code ?? ""] ?? [
    "home-not-accessible",
    "Check the permissions, or choose another home with --home",
  ];
  const code =
    reason === "disk-full" || reason === "out-of-descriptors" ? "resource_exhausted" : "permission_denied";
  return new Failure(code, `Cannot open "${path}": ${error.message}`, { reason, hint, cause: error });
}
