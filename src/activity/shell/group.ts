import { closeSync } from "node:fs";
import { standardError, WorkflowFault } from "../../dsl/error.ts";
import { guardDescriptor } from "./guard.ts";
import { type ByteReader, openPipe, type Pipe } from "./pipe.ts";

export interface GroupOptions {
  /** Text for `/bin/sh -c`. */
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly stdin?: string;
  /** How long after SIGTERM the group may take to end before SIGKILL. */
  readonly graceMs: number;
  /** `ActivityPolicy.processGuard`. */
  readonly guard?: string;
}

/** A command in a session and process group of its own, which does not outlive this process. */
export interface GroupProcess {
  readonly stdout: ByteReader;
  readonly stderr: ByteReader;
  /** The command's exit code, 128 + n when signal n ended it. */
  readonly exited: Promise<number>;
  /** SIGTERM to the whole group; SIGKILL when it has not ended `graceMs` later. */
  terminate(): void;
  /** SIGKILL to the whole group, at once. */
  killAll(): void;
  /** Awaits the outputs' end after `killAll`; gives up on them when a process that left the group holds them open. */
  drained(reading: Promise<unknown>): Promise<void>;
  /** Kills what is left and frees the descriptors. */
  close(): void;
}

const drainMs = 1000;

/*
 * The watcher reads descriptor 3, whose other end only this process holds. At its end (closed by `killAll`, or by the
 * kernel when this process dies, by kill -9 too) it kills its own group. It is in that group, so the group's id
 * cannot be taken over by strangers while it may still be signalled. It ignores SIGTERM from its first moment; the
 * outer shell then takes a handler instead, since an ignored signal would be inherited by the command. Descriptor 4
 * is the guard, which only the watcher keeps.
 */
const supervisor = `
trap '' TERM HUP INT
( read -r _; kill -s KILL 0 ) <&3 3<&- >/dev/null 2>&1 &
exec 4<&-
trap : TERM HUP INT
code=$1
shift
/bin/sh -c "$code" sh "$@" 3<&-
exit $?
`;

/** Starts a command. Faults with a runtime error when it cannot be started. */
export async function startGroup(options: GroupOptions): Promise<GroupProcess> {
  const pipes: Pipe[] = [];
  try {
    const guard = options.guard === undefined ? "ignore" : await guardDescriptor(options.guard);
    const stdout = await opened(pipes);
    const stderr = await opened(pipes);
    const child = Bun.spawn({
      cmd: ["/bin/sh", "-c", supervisor, "sh", options.command, ...options.arguments],
      cwd: options.directory,
      env: { ...options.environment },
      detached: true,
      stdio: [stdinOf(options), stdout.writeEnd, stderr.writeEnd, "pipe", guard],
    });
    for (const pipe of pipes) pipe.closeWriteEnd();
    return supervised(child, stdout, stderr, options.graceMs);
  } catch (error) {
    for (const pipe of pipes) {
      pipe.closeWriteEnd();
      await pipe.close();
    }
    if (error instanceof WorkflowFault) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new WorkflowFault(standardError("runtime", `The command could not be started: ${reason}`));
  }
}

async function opened(pipes: Pipe[]): Promise<Pipe> {
  const pipe = await openPipe();
  pipes.push(pipe);
  return pipe;
}

function stdinOf(options: GroupOptions): "ignore" | Blob {
  return options.stdin === undefined || options.stdin === "" ? "ignore" : new Blob([options.stdin]);
}

function supervised(child: Bun.Subprocess, stdout: Pipe, stderr: Pipe, graceMs: number): GroupProcess {
  const lifeline = child.stdio[3];
  if (typeof lifeline !== "number") throw new Error("the lifeline is missing");
  let alive = true;
  let deadline: Timer | undefined;
  const killAll = () => {
    clearTimeout(deadline);
    if (alive) closeSync(lifeline);
    alive = false;
  };
  return {
    stdout: stdout.reader,
    stderr: stderr.reader,
    exited: child.exited,
    terminate() {
      if (!alive || deadline !== undefined) return;
      deadline = setTimeout(killAll, graceMs);
      signalGroup(child.pid);
    },
    killAll,
    async drained(reading) {
      let timer: Timer | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, drainMs);
      });
      try {
        await Promise.race([reading, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      killAll();
      void stdout.close();
      void stderr.close();
    },
  };
}

function signalGroup(id: number): void {
  try {
    process.kill(-id, "SIGTERM");
  } catch {
    // The command killed its whole group, the watcher with it: there is nobody left to be told.
  }
}
