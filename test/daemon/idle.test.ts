import { expect, test } from "bun:test";
import { join } from "node:path";
import { failures, kernel, Sandbox, soak } from "./sandbox.ts";

test("scenario 44: a server that ends for want of work never fails a client that arrives", async () => {
  using box = new Sandbox();
  const program = join(import.meta.dir, "idle-program.ts");
  const rounds = String(soak ? 1000 : 60);
  const clients = Array.from({ length: 3 }, () =>
    box.pawl([program, box.home, rounds], { program: process.execPath }),
  );
  const results = await Promise.all(clients);
  expect(failures(results)).toEqual([]);
  const [servers] = results.map(({ stdout }) => Number(stdout));
  expect(servers).toBeGreaterThan(1);
  const last = kernel.lockHolder(box.daemonLock);
  expect(last?.waitExit(10_000) ?? true).toBe(true);
  last?.close();
}, 300_000);
