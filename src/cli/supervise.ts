import { Failure } from "../failure.ts";
import type { Execution } from "../gen/pawl/v1/execution_pb.ts";
import type { Context } from "./command.ts";
import type { Api } from "./connection.ts";
import { formatDuration } from "./duration.ts";
import { nextCommand } from "./next-command.ts";
import { printInterrupted, printOutcome } from "./outcome.ts";
import { exitCodes } from "./report.ts";

export interface Supervision {
  readonly api: Api;
  /** Of the execution. */
  readonly id: string;
  /** What Ctrl-C means for the execution. */
  readonly onInterrupt: "cancel" | "leave";
  /** What the end of `--timeout` means for it. */
  readonly onTimeout: "cancel" | "leave";
  /** Whether it can be looked at afterwards. */
  readonly isKept: boolean;
  /** Starts it; the signal is Ctrl-C. */
  readonly start?: (signal: AbortSignal) => Promise<unknown>;
  /** Resolves with its end; rejects `cancelled` when the signal says that nobody waits any more. */
  readonly watch: (signal: AbortSignal) => Promise<Execution>;
}

/** How long cancelling may take, and then seeing the end of what was cancelled. */
const cancelDeadlineMs = 10_000;

/**
 * Starts an execution, watches it until it has ended, and prints how; or until Ctrl-C comes (130) or `--timeout` runs out
 * (124): what is cancelled then is watched to its end all the same. A second Ctrl-C leaves at once.
 */
export async function supervise(context: Context, supervision: Supervision): Promise<number> {
  const { start, watch, isKept } = supervision;
  const interrupt = new AbortController();
  const stop = new Stop(context, supervision);
  process.on("SIGINT", () => {
    if (stop.code !== undefined) context.exit(exitCodes.interrupted);
    interrupt.abort();
    stop.begin(exitCodes.interrupted, supervision.onInterrupt);
  });
  const deadline = new Deadline(context.globals.timeoutMs, (afterMs) => {
    if (stop.code !== undefined) return;
    context.notices.error(`Not finished within ${formatDuration(afterMs)}`);
    stop.begin(exitCodes.timeout, supervision.onTimeout);
  });
  try {
    await start?.(interrupt.signal);
    // Until then a server that does not answer in time is told as that.
    deadline.arm();
    const execution = await watch(stop.end);
    if (stop.code === undefined) return await printOutcome(context, execution, { isKept });
    await stop.done;
    return await printInterrupted(context, execution, stop.code);
  } catch (error) {
    // Whoever was told that nobody waits may end in any way.
    if (stop.code === undefined || !(error instanceof Failure || stop.end.aborted)) throw error;
    await stop.done;
    context.notices.debug((error as Error).message);
    return stop.code;
  } finally {
    deadline.clear();
    stop.clear();
    context.notices.live(undefined);
  }
}

/** What Ctrl-C and the end of `--timeout` do. */
class Stop {
  /** The exit code, once it has begun. */
  code: number | undefined;
  /** Resolves when everything was done and said. */
  done: Promise<void> = Promise.resolve();
  readonly #context: Context;
  readonly #supervision: Supervision;
  readonly #end = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: Context, supervision: Supervision) {
    this.#context = context;
    this.#supervision = supervision;
  }

  /** Nobody waits for the execution any more. */
  get end(): AbortSignal {
    return this.#end.signal;
  }

  begin(code: number, meaning: "cancel" | "leave"): void {
    this.code = code;
    if (meaning === "cancel") {
      this.done = this.#cancel();
      return;
    }
    this.#end.abort();
    const { id } = this.#supervision;
    this.#context.notices.info(
      `Execution ${id} goes on, follow it again: ${nextCommand(this.#context.globals, `follow ${id}`)}`,
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  async #cancel(): Promise<void> {
    const { notices, globals } = this.#context;
    const { api, id } = this.#supervision;
    notices.info(`Cancelling execution ${id} (Ctrl-C leaves at once)`);
    try {
      await api.call(({ executions }, signal) => executions.cancel({ id }, { signal }), {
        repeatable: true,
        start: false,
        deadlineMs: cancelDeadlineMs,
      });
      this.#timer = setTimeout(() => {
        notices.info(`Execution ${id} is being cancelled`);
        this.#end.abort();
      }, cancelDeadlineMs);
    } catch (error) {
      this.#end.abort();
      if (error instanceof Failure && error.code === "not_found") return notices.info("Nothing was started");
      notices.error(`Execution ${id} could not be cancelled: ${(error as Error).message}`);
      notices.error(`Try again: ${nextCommand(globals, `cancel ${id}`)}`);
    }
  }
}

/** `--timeout`, which counts from the beginning, but runs out only once it is armed. */
class Deadline {
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #isArmed = false;
  #isOver = false;
  readonly #expire: () => void;

  constructor(afterMs: number | undefined, expired: (afterMs: number) => void) {
    this.#expire = () => expired(afterMs ?? 0);
    if (afterMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      if (this.#isArmed) this.#expire();
    }, afterMs);
  }

  arm(): void {
    this.#isArmed = true;
    if (this.#isOver) this.#expire();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
