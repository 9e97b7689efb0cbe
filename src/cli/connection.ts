import type { CallOptions, ClientOptions, Clients } from "../client/client.ts";
import { chooseHome } from "../config/home.ts";
import type { Context } from "./command.ts";

/** How long obtaining a server and one call may take when `--timeout` does not say. */
export const defaultDeadlineMs = 30_000;

type Work<T> = (clients: Clients, signal: AbortSignal) => Promise<T>;

/**
 * One call on the server, which is started when there is none. Ctrl-C meanwhile ends the process with 130, unless the
 * verb gives a signal of its own.
 */
export async function ask<T>(context: Context, work: Work<T>, options: CallOptions): Promise<T> {
  if (options.signal === undefined && process.listenerCount("SIGINT") === 0) {
    process.on("SIGINT", () => context.exit(130));
  }
  const { call } = await import("../client/client.ts");
  return await call(clientOptions(context), work, options);
}

/** Once is enough, however many calls a verb makes. */
let isHomeTold = false;

/** Who to ask, as the global flags say. */
export function clientOptions(
  { globals, notices }: Context,
  changes: Partial<ClientOptions> = {},
): ClientOptions {
  const home = chooseHome(globals.home);
  if (!isHomeTold)
    notices.debug(`home ${home}, from ${globals.home !== undefined ? "--home" : originOfHome()}`);
  isHomeTold = true;
  return {
    home,
    deadlineMs: globals.timeoutMs ?? defaultDeadlineMs,
    start: globals.start,
    notice: (line) => notices.info(line),
    ...changes,
  };
}

function originOfHome(): string {
  const { PAWL_HOME, XDG_STATE_HOME } = process.env;
  if (PAWL_HOME) return "PAWL_HOME";
  return XDG_STATE_HOME ? "XDG_STATE_HOME" : "the default";
}

/** What following an execution needs: a server's API, or that of an engine in this process. */
export interface Api {
  call<T>(work: Work<T>, options: CallOptions & Partial<ClientOptions>): Promise<T>;
  stream<T extends { readonly cursor: string }>(open: Open<T>, signal: AbortSignal): AsyncIterable<T>;
}

export type Open<T> = (clients: Clients, cursor: string, signal: AbortSignal) => AsyncIterable<T>;

/** The API of the home's server. `following`: what is streamed has been started before, see `ClientOptions`. */
export function serverApi(context: Context, changed: Pick<ClientOptions, "following"> = {}): Api {
  return {
    async call(work, { repeatable, signal, ...changes }) {
      const { call } = await import("../client/client.ts");
      return await call(clientOptions(context, changes), work, { repeatable, signal });
    },
    async *stream(open, signal) {
      const { stream } = await import("../client/client.ts");
      // `--timeout` bounds the whole, not the time that a restart of the server may take.
      yield* stream(clientOptions(context, { ...changed, deadlineMs: defaultDeadlineMs }), open, signal);
    },
  };
}

/** Ends a stream of data when its reader has gone (exit 0), or `--timeout` is over (124). */
export function endOfStream({ printer, globals }: Context) {
  const timedOut =
    globals.timeoutMs === undefined ? new AbortController().signal : AbortSignal.timeout(globals.timeoutMs);
  return {
    signal: AbortSignal.any([printer.closed, timedOut]),
    exitCode: () => (timedOut.aborted ? 124 : 0),
  };
}
