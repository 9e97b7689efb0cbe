import { periods } from "./periods.ts";
import type { LinkOptions, Session } from "./session.ts";

/** A new session. An attempt that takes too long is given up; what comes of it later is let go. */
export async function attempt<S extends Session>(
  { dial, clock }: LinkOptions<S>,
  retire: (session: S) => void,
): Promise<S> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const cancel = clock.after(periods.dialMs, () =>
    reject(new Error(`it did not answer within ${periods.dialMs / 1000} s`)),
  );
  const dialled = dial();
  try {
    return await Promise.race([dialled, late]);
  } catch (error) {
    dialled.then(retire, () => {});
    throw error;
  } finally {
    cancel();
  }
}
