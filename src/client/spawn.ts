import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Home } from "../config/home.ts";
import type { Platform } from "../daemon/platform/platform.ts";
import { type ReadinessMessage, readinessFd } from "../daemon/platform/readiness.ts";
import { type Deadline, first } from "./first.ts";
import { cannotSpawn, crashed, refusedToStart, starting } from "./no-server.ts";

const exitMs = 5000;
const tailLines = 12;
const maxTailBytes = 8 * 1024;
const maxMessageBytes = 64 * 1024;
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Starts our own executable as the server of this home and waits for its word. Called while `start.lock` is held and
 * after `daemon.lock` was proven free. `busy`: another server was quicker; `killed`: somebody ended it before it was
 * ready. Rejects with the reason why none came up.
 */
export async function spawnServer(
  kernel: Platform,
  home: Home,
  deadline: Deadline,
  signal?: AbortSignal,
): Promise<"ready" | "busy" | "killed"> {
  const output = join(home.logs, "start.log");
  const child = spawn(kernel, home, output);
  const pipe = readMessage(child.stdio[readinessFd] as number);
  const event = await first({ message: pipe }, deadline.remainingMs(), signal);
  if (event === "deadline") throw starting(child.pid, "opening its store", deadline.totalMs);
  const message = await pipe;
  if (message?.word === "READY") return "ready";
  if (message?.word === "BUSY") return "busy";
  // Only when it is gone is its lock free for the next one.
  await first({ exit: child.exited }, Math.min(exitMs, deadline.remainingMs()), signal);
  if (message?.word === "ERROR") throw refusedToStart(message.body, "");
  // Ended in order, without a word: it was told to stop while it was starting.
  if (child.exitCode === 0 || child.signalCode === "SIGKILL" || child.signalCode === "SIGTERM")
    return "killed";
  throw crashed(
    child.signalCode ? `signal ${child.signalCode}` : `exit code ${child.exitCode ?? "unknown"}`,
    tail(output),
  );
}

/** In its own session, without a terminal, our descriptors or our environment. */
function spawn(kernel: Platform, home: Home, output: string) {
  try {
    keep(output);
    const log = openSync(output, "w", 0o600);
    try {
      const child = Bun.spawn([...command(kernel), "serve", "--spawned", "--home", home.path], {
        argv0: "pawl",
        cwd: "/",
        env: environment(),
        stdio: ["ignore", log, log, "pipe"],
        detached: true,
      });
      child.unref();
      return child;
    } finally {
      closeSync(log);
    }
  } catch (error) {
    throw cannotSpawn(error as NodeJS.ErrnoException);
  }
}

/** What the server before wrote outside of its log is how it crashed. */
function keep(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) renameSync(path, `${path}.1`);
}

/** Run from its sources, the executable is the runtime, and its first argument our main module. */
function command(kernel: Platform): string[] {
  return Bun.main.startsWith("/$bunfs/") ? [kernel.executable()] : [process.execPath, Bun.main];
}

/** Nothing of the client's environment reaches the server: it outlives the client and serves others. */
function environment(): Record<string, string> {
  const { username, homedir, shell } = userInfo();
  return {
    PATH: systemPath,
    HOME: homedir,
    USER: username,
    LOGNAME: username,
    SHELL: shell ?? "/bin/sh",
    LANG: "C.UTF-8",
  };
}

/** The first line, or undefined when the pipe ends without one: the server crashed. */
async function readMessage(fd: number): Promise<ReadinessMessage | undefined> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of Bun.file(fd).stream()) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n") || text.length > maxMessageBytes) break;
  }
  const match = /^(READY|BUSY|ERROR) (.*)\n/.exec(text);
  if (!match) return undefined;
  return { word: match[1], body: JSON.parse(match[2]!) } as ReadinessMessage;
}

/** The last lines that a server wrote before it died. */
function tail(path: string): string {
  try {
    const text = readFileSync(path).subarray(-maxTailBytes).toString("utf8").trim();
    return text.split("\n").slice(-tailLines).join("\n");
  } catch {
    return "";
  }
}
