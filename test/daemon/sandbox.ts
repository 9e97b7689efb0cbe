import { onTestFinished } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { platform } from "../../src/daemon/platform/platform.ts";

export const binary = resolve(process.env["PAWL_BINARY"] ?? "dist/pawl");
/** `bun run test:soak` runs every round of the slow scenarios. */
export const soak = Boolean(process.env["PAWL_SOAK"]);
export const kernel = await platform();

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly program?: string;
}

const definition = `document:
  dsl: 1.0.3
  namespace: default
  name: hello
  version: 1.0.0
do:
  - greet:
      set:
        message: hello
`;

const alive = new Set<Sandbox>();
/** A run that is ended from outside leaves nothing behind either. */
process.on("exit", () => {
  for (const box of alive) box[Symbol.dispose]();
});
for (const [signal, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const) {
  process.on(signal, () => process.exit(code));
}

/** A directory of its own with a fresh home; nothing that was started with it outlives it. */
export class Sandbox implements Disposable {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), "pawl-daemon-")));
  home = join(this.directory, "home");
  readonly definition = join(this.directory, "hello.yaml");

  constructor() {
    alive.add(this);
    // A test that runs into its time limit never comes to the end of its scope.
    onTestFinished(() => this[Symbol.dispose]());
    chmodSync(this.directory, 0o700);
    writeFileSync(this.definition, definition);
  }

  get run(): string {
    return join(this.home, "run");
  }

  get socket(): string {
    return join(this.run, "pawl.sock");
  }

  get daemonLock(): string {
    return join(this.run, "daemon.lock");
  }

  environment(more: RunOptions["env"] = {}): Record<string, string | undefined> {
    const { PATH, HOME } = process.env;
    return { PATH, HOME, PAWL_HOME: this.home, NO_COLOR: "1", ...more };
  }

  start(words: readonly string[], options: RunOptions = {}) {
    return Bun.spawn([options.program ?? binary, ...words], {
      cwd: options.cwd ?? this.directory,
      env: this.environment(options.env),
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async pawl(words: readonly string[], options: RunOptions = {}): Promise<Result> {
    const startedMs = performance.now();
    const child = this.start(words, options);
    const [stdout, stderr, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, stdout, stderr, ms: performance.now() - startedMs };
  }

  apply(...more: string[]): Promise<Result> {
    return this.pawl(["apply", "-f", this.definition, ...more]);
  }

  applyMany(count: number): Promise<Result[]> {
    return Promise.all(Array.from({ length: count }, () => this.apply()));
  }

  /** The kernel's word on who is the server of this home. */
  serverPid(): number | undefined {
    const holder = kernel.lockHolder(this.daemonLock);
    holder?.close();
    return holder?.pid;
  }

  /** Kills the server and returns when the kernel has let go of it. */
  killServer(): void {
    const server = kernel.lockHolder(this.daemonLock);
    server?.signal("SIGKILL");
    server?.waitExit(10_000);
    server?.close();
  }

  /** Resolves when a server publishes its socket from now on. Makes the run directory, to watch it. */
  published(): Promise<void> {
    return this.#appears("pawl.sock");
  }

  /** Resolves when a server notes its phase from now on. */
  noted(): Promise<void> {
    return this.#appears("daemon.json");
  }

  #appears(file: string): Promise<void> {
    mkdirSync(this.run, { recursive: true, mode: 0o700 });
    return new Promise((resolve) => {
      const watcher = watch(this.run, (_event, name) => {
        if (name !== file) return;
        watcher.close();
        resolve();
      });
    });
  }

  /** How many servers have served here, by their own log. */
  starts(): number {
    return this.log()
      .split("\n")
      .filter((line) => line.includes('"Serving"')).length;
  }

  log(): string {
    return read(join(this.home, "logs/server.log"));
  }

  files(): string[] {
    return readdirSync(this.run).sort();
  }

  [Symbol.dispose](): void {
    if (!alive.delete(this)) return;
    for (let found = this.#processes(); found.length > 0; found = this.#processes()) {
      for (const pid of found) end(pid);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Every process that this directory's name reached, as argument or environment: tracers, clients, servers. */
  #processes(): number[] {
    return allProcesses().filter(
      (pid) =>
        pid !== process.pid &&
        isAlive(pid) &&
        ["cmdline", "environ"].some((file) => read(`/proc/${pid}/${file}`).includes(this.directory)),
    );
  }
}

export function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was quicker.
  }
}

function allProcesses(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Every process whose executable is the one under test and which names this home. */
export function processesOf(home: string): number[] {
  return allProcesses().filter((pid) => read(`/proc/${pid}/cmdline`).split("\0").includes(home));
}

export function isAlive(pid: number): boolean {
  const state = kernel.processState(pid);
  return state === "running" || state === "stopped";
}

export function inode(path: string): number {
  return statSync(path).ino;
}

/** What failed, for the message of an assertion. */
export function failures(results: readonly Result[]): string[] {
  return results.filter(({ code }) => code !== 0).map(({ code, stderr }) => `${code}: ${stderr.trim()}`);
}

/** Where this system has the program; a test that needs a missing one says so by name. */
export function need(program: string): boolean {
  if (Bun.which(program) !== null) return true;
  console.error(`skipped: needs ${program}`);
  return false;
}

export function makeDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
