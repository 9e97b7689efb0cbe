import { describe, expect, test } from "bun:test";
import type { Bench } from "./contract.ts";
import { call, holds, source, sums } from "./definitions.ts";
import { ended } from "./reading.ts";

/** How many there are. */
export function countContract(bench: Bench): void {
  describe("counts", () => {
    /** An engine may be some moments behind with them, and nothing tells when it has caught up. */
    async function counted(expected: object): Promise<void> {
      for (;;) {
        const counts = await bench.engine.countExecutions();
        if (Bun.deepEquals({ running: 0, ...counts }, { running: 0, ...expected })) return;
        // A turn for whatever has to be done for that, and for the test's time limit.
        await new Promise(setImmediate);
      }
    }

    test("are by status, of those that have ended too", async () => {
      await counted({});
      const run = async (id: string, workflow: typeof sums) => {
        await bench.engine.startExecution({ id, workflow, input: { a: 1 } });
        await ended(bench.engine, id);
      };
      await run("one", sums);
      await run("two", sums);
      await run("three", source("faults", call("fail")));
      await bench.engine.startExecution({ id: "four", workflow: holds, input: null });
      await bench.peers.arrived(2);
      await counted({ completed: 2, faulted: 1, running: 1 });
      await bench.engine.cancelExecution("four");
      await ended(bench.engine, "four");
      await counted({ completed: 2, faulted: 1, cancelled: 1 });
      expect(await bench.engine.listExecutions({})).toHaveLength(4);
    });
  });
}
