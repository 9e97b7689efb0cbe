import { Failure } from "../failure.ts";
import type { Context } from "./command.ts";
import { clientOptions } from "./connection.ts";
import { formatDuration } from "./duration.ts";
import { statusOf } from "./execution-view.ts";
import { exitCodes } from "./report.ts";

/** What an interrupt or the end of `--timeout` means for the execution. */
export type OnInterrupt = "cancel" | "leave";

/**
 * Does work on an execution until it is done, Ctrl-C comes (130) or `--timeout` runs out (124); the signal tells the work to
 * end. A second Ctrl-C leaves at once.
 */
export async function supervise(
  context: Context,
  id: string,
  onInterrupt: OnInterrupt,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const { globals, notices, flags, exit } = context;
  const end = new AbortController();
  let why: "interrupt" | "timeout" | undefined;
  const stop = (reason: "interrupt" | "timeout") => {
    why ??= reason;
    end.abort();
  };
  process.on("SIGINT", () => (why === undefined ? stop("interrupt") : exit(exitCodes.interrupted)));
  const timer = globals.timeoutMs === undefined ? undefined : setTimeout(stop, globals.timeoutMs, "timeout");
  try {
    return await work(end.signal);
  } catch (error) {
    if (why === undefined) throw error;
    notices.debug(String(error));
  } finally {
    clearTimeout(timer);
    notices.live(undefined);
  }
  if (why === "timeout") notices.error(`Not finished within ${formatDuration(globals.timeoutMs!)}`);
  if (onInterrupt === "cancel" && !(why === "interrupt" && flags.has("detach-on-interrupt"))) {
    await cancel(context, id);
  } else notices.info(`Execution ${id} goes on, follow it again: pawl follow ${id}`);
  return why === "timeout" ? exitCodes.timeout : exitCodes.interrupted;
}

const cancelDeadlineMs = 10_000;

async function cancel(context: Context, id: string): Promise<void> {
  const { notices } = context;
  notices.info(`Cancelling execution ${id} (Ctrl-C leaves at once)`);
  try {
    const { call } = await import("../client/client.ts");
    const { execution } = await call(
      clientOptions(context, { start: false, deadlineMs: cancelDeadlineMs }),
      ({ executions }, signal) => executions.cancel({ id }, { signal }),
      { repeatable: true },
    );
    notices.info(
      `Execution ${id} ${statusOf(execution!) === "running" ? "is being cancelled" : statusOf(execution!)}`,
    );
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") notices.info("Nothing was started");
    else {
      notices.error(`Execution ${id} could not be cancelled: ${(error as Error).message}`);
      notices.error(`Try again: pawl cancel ${id}`);
    }
  }
}
