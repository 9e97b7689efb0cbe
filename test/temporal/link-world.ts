import { Link } from "../../src/engine/temporal/link/link.ts";
import type { Session } from "../../src/engine/temporal/link/session.ts";
import { Failure } from "../../src/failure.ts";
import { ManualClock } from "../engine/world.ts";

/** Two halves that belong together, as the connection and the worker do. */
interface Halves extends Session {
  readonly left: number;
  readonly right: number;
}

/** What the SDK says where nobody listens. */
export const refused = () => new Error("tcp connect error: Connection refused (os error 111)");

/** A link whose other side does as the test says, on a clock that the test moves. */
export function world(random = 1) {
  const clock = new ManualClock();
  const log: string[] = [];
  const state = {
    dials: 0,
    closed: 0,
    dialError: undefined as Error | undefined,
    /** Whether nobody answers who dials. */
    silent: false,
    checkError: undefined as Error | undefined,
    ended: new Promise(() => {}) as Promise<unknown>,
  };
  const dial = async (): Promise<Halves> => {
    state.dials += 1;
    if (state.dialError) throw state.dialError;
    if (state.silent) await new Promise(() => {});
    const number = state.dials;
    return {
      left: number,
      right: number,
      check: async () => {
        if (state.checkError) throw state.checkError;
      },
      ended: state.ended,
      close: async () => {
        state.closed += 1;
      },
    };
  };
  const link = new Link<Halves>({
    dial,
    clock,
    random: () => random,
    log: (level, message) => log.push(`${level} ${message}`),
    address: "temporal.test:7233",
  });
  return { clock, link, log, state };
}

/** Lets everything happen that needs no time. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export async function advance(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  await settled();
}

/** What a promise is rejected with. */
export async function refusalOf(promise: Promise<unknown>): Promise<Failure> {
  const reason = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (reason instanceof Failure) return reason;
  throw new Error(`Not refused: ${reason}`);
}
