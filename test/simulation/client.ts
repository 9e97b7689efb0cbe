import type { Engine } from "../../src/engine/engine.ts";
import { isStoreFailure } from "../../src/engine/sqlite/store.ts";
import { Failure } from "../../src/failure.ts";
import type { World } from "./world.ts";

/** What a client may be told that means: not now. */
const passing = new Set([
  "too-many-executions",
  "too-many-starts",
  "engine-not-started",
  "engine-stopping",
  "backup-under-way",
]);

/**
 * Calls over a network that loses calls and answers: made again, the same way, until an answer arrives. Rejects with what
 * the engine says of the call itself.
 */
export async function call<T>(
  world: World,
  what: string,
  work: (engine: Engine) => Promise<T>,
  repeatable = false,
): Promise<T> {
  const { server, faults, clock } = world;
  for (let attempt = 0; ; attempt++) {
    const life = await server.obtain();
    if (!faults.happens(faults.lostCalls)) {
      try {
        // A network may deliver twice; whoever calls twice means the same.
        if (repeatable && faults.happens(faults.repeatedCalls)) work(life.engine).catch(() => {});
        life.calls += 1;
        const answered = work(life.engine).finally(() => {
          life.calls -= 1;
        });
        const answer = await Promise.race([answered, life.died]);
        if (!faults.happens(faults.lostAnswers)) return answer;
        world.trace(`the answer to "${what}" is lost`);
      } catch (error) {
        if (life.alive && !isPassing(error)) throw error;
      }
    } else world.trace(`the call "${what}" is lost`);
    await clock.sleep((10 + faults.dice.roll(500)) * Math.min(2 ** Math.max(0, attempt - 6), 200));
  }
}

function isPassing(error: unknown): boolean {
  return isStoreFailure(error) || (error instanceof Failure && passing.has(error.reason ?? ""));
}
