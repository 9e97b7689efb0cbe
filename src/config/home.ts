import {
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Failure } from "../failure.ts";

/** One directory = one server = one identity. All paths are absolute and below the home's real path. */
export interface Home {
  readonly path: string;
  /** Hash of the real path: the same for client and server, whatever spelling they were given. */
  readonly id: string;
  readonly run: string;
  readonly startLock: string;
  readonly daemonLock: string;
  readonly daemonJson: string;
  /** Below `run`, or in `/tmp/pawl-UID` when that path would not fit into a socket address. */
  readonly socket: string;
  readonly data: string;
  readonly logs: string;
  readonly cache: string;
  readonly config: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** sun_path holds 104 bytes on macOS and 108 on Linux, the final zero included. */
const maxSocketPathBytes = 100;

/** `--home` > `$PAWL_HOME` > `$XDG_STATE_HOME/pawl` > the platform's place for state. */
export function chooseHome(flag: string | undefined, env: Environment = process.env): string {
  if (flag) return resolve(flag);
  if (env["PAWL_HOME"]) return resolve(env["PAWL_HOME"]);
  if (process.platform === "darwin") return join(homedir(), "Library/Application Support/pawl");
  const state = env["XDG_STATE_HOME"];
  // The XDG specification has relative paths ignored.
  return state?.startsWith("/") ? join(state, "pawl") : join(homedir(), ".local/state/pawl");
}

/** Every path of a home, which need not exist. */
export function locateHome(path: string): Home {
  const real = realPath(resolve(path));
  const id = new Bun.CryptoHasher("sha256").update(real).digest("hex").slice(0, 32);
  const run = join(real, "run");
  const socket = join(run, "pawl.sock");
  return {
    path: real,
    id,
    run,
    startLock: join(run, "start.lock"),
    daemonLock: join(run, "daemon.lock"),
    daemonJson: join(run, "daemon.json"),
    socket:
      Buffer.byteLength(socket) <= maxSocketPathBytes ? socket : `/tmp/pawl-${process.getuid?.()}/${id}`,
    data: join(real, "data"),
    logs: join(real, "logs"),
    cache: join(real, "cache"),
    config: join(real, "config.yaml"),
  };
}

/**
 * Creates what is missing of a home, and refuses one that is not ours alone. Rejects `permission_denied` for a foreign or
 * open directory, `failed_precondition` for what is no directory or cannot be created.
 */
export function prepareHome(home: Home): void {
  createDirectory(home.path, true);
  assertOwn(home.path, 0);
  for (const path of [home.run, home.logs, dirname(home.socket)]) {
    createDirectory(path, false);
    assertOwn(path, 0o022);
  }
}

/**
 * Answers what takes away again what has been made of a home since now, for who needed it in vain; to be called with its
 * locks in hand. What was there before stays, and so does what others have put into it meanwhile.
 */
export function unmaking(home: Home): () => void {
  const made = [home.path, home.run, home.logs, home.data].filter((path) => !existsSync(path));
  return () => {
    if (made.includes(home.run)) {
      for (const lock of [home.startLock, home.daemonLock]) rmSync(lock, { force: true });
    }
    for (const path of made.toReversed()) removeEmpty(path);
  };
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It is not empty, or was never made.
  }
}

/** Creates the directory of the store, which may be a link to another disk. Rejects as `prepareHome` does. */
export function prepareData({ data }: Home): void {
  createDirectory(data, true);
  if (!statSync(data, { throwIfNoEntry: false })?.isDirectory()) throw notDirectory(data);
}

/** Of what does not exist yet, the real path is that of its nearest existing ancestor, and the rest. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const parent = dirname(path);
    if (parent === path || (error as NodeJS.ErrnoException).code !== "ENOENT") return path;
    return join(realPath(parent), basename(path));
  }
}

function createDirectory(path: string, recursive: boolean): void {
  try {
    mkdirSync(path, { recursive, mode: 0o700 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const denied = code === "EACCES" || code === "EPERM";
    throw new Failure(
      denied ? "permission_denied" : code === "ENOSPC" ? "resource_exhausted" : "failed_precondition",
      `Cannot create "${path}": ${message}`,
      {
        reason: denied ? "home-not-accessible" : code === "ENOSPC" ? "disk-full" : "home-not-creatable",
        hint:
          code === "ENOSPC" ? "Free some disk space" : "Choose a writable directory with --home or PAWL_HOME",
        cause: error,
      },
    );
  }
}

/** `forbidden`: the permissions that nobody else may have. */
function assertOwn(path: string, forbidden: number): void {
  const stats = inspect(path);
  const uid = process.getuid?.();
  if (!stats.isDirectory()) throw notDirectory(path);
  if (stats.uid !== uid) {
    throw new Failure("permission_denied", `"${path}" belongs to user ${stats.uid}, we are user ${uid}`, {
      reason: "home-foreign-owner",
      hint: "Run pawl as the owner of that directory, or choose another home with --home",
    });
  }
  if ((stats.mode & forbidden) !== 0) {
    throw new Failure("permission_denied", `"${path}" is writable by other users`, {
      reason: "home-open-to-others",
      hint: `Close it: chmod go-w '${path}'`,
    });
  }
}

function notDirectory(path: string): Failure {
  return new Failure("failed_precondition", `"${path}" is not a directory`, {
    reason: "home-not-a-directory",
    hint: `Move "${path}" away, or choose another home with --home`,
  });
}

function inspect(path: string): Stats {
  try {
    return lstatSync(path);
  } catch (error) {
    throw new Failure("permission_denied", `Cannot look at "${path}": ${(error as Error).message}`, {
      reason: "home-not-accessible",
      hint: "Run pawl as the owner of that directory, or choose another home with --home",
      cause: error,
    });
  }
}
