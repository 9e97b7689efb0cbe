import { Failure } from "../failure.ts";
import type { Context } from "./command.ts";
import type { Api } from "./connection.ts";
import { formatDuration } from "./duration.ts";
import { statusOf } from "./execution-view.ts";
import { exitCodes } from "./report.ts";

export interface Supervision {
  readonly api: Api;
  /** Of the execution. */
  readonly id: string;
  /** What Ctrl-C means for the execution. */
  readonly onInterrupt: "cancel" | "leave";
  /** What the end of `--timeout` means for it. */
  readonly onTimeout: "cancel" | "leave";
}

export interface Signals {
  /** Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** Ctrl-C, or the end of `--timeout`. */
  readonly end: AbortSignal;
}

/**
 * Does work on an execution until it is done, Ctrl-C comes (130) or `--timeout` runs out (124); the signals tell the work to
 * end. A second Ctrl-C leaves at once.
 */
export async function supervise(
  context: Context,
  { api, id, onInterrupt, onTimeout }: Supervision,
  work: (signals: Signals) => Promise<number>,
): Promise<number> {
  const { globals, notices, exit } = context;
  const interrupt = new AbortController();
  const timeout = new AbortController();
  process.on("SIGINT", () => {
    if (interrupt.signal.aborted || timeout.signal.aborted) exit(exitCodes.interrupted);
    interrupt.abort();
  });
  const { timeoutMs } = globals;
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const end = AbortSignal.any([interrupt.signal, timeout.signal]);
    return await work({ interrupt: interrupt.signal, end });
  } catch (error) {
    // What fails for another reason, e.g. because no server answered in time, is told as that.
    if (!(error instanceof Failure) || error.code !== "cancelled") throw error;
    notices.debug(error.message);
  } finally {
    clearTimeout(timer);
    notices.live(undefined);
  }
  const timedOut = !interrupt.signal.aborted;
  if (timedOut) notices.error(`Not finished within ${formatDuration(timeoutMs ?? 0)}`);
  if ((timedOut ? onTimeout : onInterrupt) === "cancel") await cancel(context, api, id);
  else notices.info(`Execution ${id} goes on, follow it again: pawl follow ${id}`);
  return timedOut ? exitCodes.timeout : exitCodes.interrupted;
}

const cancelDeadlineMs = 10_000;

async function cancel({ notices }: Context, api: Api, id: string): Promise<void> {
  notices.info(`Cancelling execution ${id} (Ctrl-C leaves at once)`);
  try {
    const { execution } = await api.call(({ executions }, signal) => executions.cancel({ id }, { signal }), {
      repeatable: true,
      start: false,
      deadlineMs: cancelDeadlineMs,
    });
    const status = statusOf(execution!);
    const ended = status === "cancelled" || status === "faulted" || status === "completed";
    notices.info(`Execution ${id} ${ended ? status : "is being cancelled"}`);
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return notices.info("Nothing was started");
    notices.error(`Execution ${id} could not be cancelled: ${(error as Error).message}`);
    notices.error(`Try again: pawl cancel ${id}`);
  }
}
