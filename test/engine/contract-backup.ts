import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench } from "./contract.ts";
import { sums } from "./definitions.ts";
import { ended } from "./reading.ts";

/** An engine copies its store, or says that it has none of its own; in neither case anything else changes. */
export function backupContract(bench: Bench): void {
  describe("backup", () => {
    test("makes one whole file, or none and a reason", async () => {
      const folder = mkdtempSync(join(tmpdir(), "pawl-backup-"));
      const path = join(folder, "copy");
      try {
        const made = bench.engine.backup(path, new AbortController().signal);
        const { bytes } = await made.catch((failure) => {
          expect(failure).toMatchObject({ code: "failed_precondition", reason: "backup-without-file" });
          return { bytes: 0 };
        });
        expect(readdirSync(folder)).toEqual(bytes > 0 ? ["copy"] : []);
        if (bytes > 0) expect(statSync(path).size).toBe(bytes);
        await bench.engine.startExecution({ id: "after", workflow: sums, input: { a: 1 } });
        expect(await ended(bench.engine, "after")).toMatchObject({ status: "completed" });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
}
