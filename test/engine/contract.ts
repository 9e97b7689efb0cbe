import { afterEach, beforeEach, describe } from "bun:test";
import type { RunActivity } from "../../src/activity/activity.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { backupContract } from "./contract-backup.ts";
import { countContract } from "./contract-counts.ts";
import { executionContract } from "./contract-executions.ts";
import { exportContract } from "./contract-exports.ts";
import { recordContract } from "./contract-records.ts";
import { secretContract } from "./contract-secrets.ts";
import { workflowContract } from "./contract-workflows.ts";
import { Peers } from "./peers.ts";

/** An engine that is started, on a store of its own. */
export interface Lease {
  readonly engine: Engine;
  /** Stops it and removes what it left. */
  end(): Promise<void>;
}

export type EngineFactory = (runActivity: RunActivity) => Promise<Lease>;

/** What a test of the contract works with. */
export interface Bench {
  readonly engine: Engine;
  readonly peers: Peers;
}

/** The suite that every engine passes. */
export function engineContract(name: string, factory: EngineFactory): void {
  describe(`the contract of engines: ${name}`, () => {
    let lease: Lease;
    const bench = {} as { engine: Engine; peers: Peers };
    beforeEach(async () => {
      bench.peers = new Peers();
      lease = await factory(bench.peers.run);
      bench.engine = lease.engine;
    });
    afterEach(() => lease.end());
    workflowContract(bench);
    exportContract(bench);
    executionContract(bench);
    countContract(bench);
    recordContract(bench);
    backupContract(bench);
    secretContract(bench);
  });
}
