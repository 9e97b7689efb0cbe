import type { Clock } from "../clock.ts";

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
export function afterTurns(clock: Clock, ms: number, callback: () => void): () => void {
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
