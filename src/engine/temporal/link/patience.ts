import type { Clock } from "../clock.ts";
import type { Session } from "./session.ts";
import { type Trouble, troubleOf } from "./trouble.ts";

/** Whether a session answers; what is wrong if not, or not within so much time in which this process had its turns. */
export async function askSession(
  session: Session,
  withinMs: number,
  clock: Clock,
): Promise<Trouble | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<Trouble>();
  let reason: Trouble = { kind: "down", message: `it did not answer within ${withinMs} ms` };
  // The reason is looked for in the second half only: who answers in time is not troubled by it.
  let cancel = afterTurns(clock, withinMs / 2, async () => {
    cancel = afterTurns(clock, withinMs / 2, () => resolve(reason));
    reason = (await session.whySilent?.()) ?? reason;
  });
  const asked = session.check().then(() => undefined, troubleOf);
  const trouble = await Promise.race([asked, late]);
  cancel();
  return trouble;
}

const sliceMs = 50;
/** A timer that is later than this says that the process did not get its turns. */
const lateMs = 10;
/** So many times as long it takes at most. */
const most = 10;

/**
 * Calls back after so much time in which this process had its turns; answers what takes it back. On a machine with too
 * much to do, an answer that stays away says nothing about who is asked: time in which our own timers are late does not
 * count.
 */
function afterTurns(clock: Clock, ms: number, callback: () => void): () => void {
  let left = ms;
  let slices = Math.ceil(ms / sliceMs) * most;
  let cancel = () => {};
  const wait = () => {
    const due = clock.now() + sliceMs;
    cancel = clock.after(sliceMs, () => {
      if (clock.now() - due <= lateMs) left -= sliceMs;
      slices -= 1;
      if (left <= 0 || slices <= 0) callback();
      else wait();
    });
  };
  wait();
  return () => cancel();
}
