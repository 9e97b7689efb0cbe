import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Connection } from "@temporalio/client";
import type { TemporalEngine } from "../../src/engine/temporal/temporal-engine.ts";
import { source, sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

setDefaultTimeout(60_000);

const namespace = "default";
const taskQueue = "kept";
const ref = { namespace: "test", name: "sums" };
const all = { dryRun: false };

describeTemporal("where the texts of definitions are", () => {
  let server: DevServer;
  let connection: Connection;
  beforeAll(async () => {
    server = await openDevServer();
    await server.start();
    connection = await Connection.connect({ address: server.address });
  });
  afterAll(async () => {
    await connection?.close();
    await server?.close();
  });

  /** Works with a server that knows nothing yet. */
  async function fresh<T>(work: (engine: TemporalEngine) => Promise<T>): Promise<T> {
    const engine = createEngine({ address: server.address, taskQueue, runActivity: new Peers().run });
    await engine.start();
    await engine.connected;
    return await work(engine).finally(() => engine.stop());
  }

  /** What is open of the type that keeps them; asked until Temporal's lists have so many. */
  async function kept(count: number): Promise<string[]> {
    const query = `TaskQueue = '${taskQueue}' AND WorkflowType = 'definition' AND ExecutionStatus = 'Running'`;
    for (;;) {
      const { executions } = await connection.workflowService.listWorkflowExecutions({ namespace, query });
      const ids = (executions ?? []).map(({ execution }) => execution?.workflowId ?? "");
      if (ids.length === count) return ids;
    }
  }

  const end = (workflowId: string) =>
    connection.workflowService.terminateWorkflowExecution({
      namespace,
      workflowExecution: { workflowId },
      reason: "Tidied up by somebody",
    });

  test("they take no worker, and what somebody ended is there again after the next apply", async () => {
    await fresh((engine) => engine.apply([sums], all));
    const [workflowId = ""] = await kept(1);
    const { history } = await connection.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId },
    });
    expect(history?.events).toHaveLength(1);
    await end(workflowId);
    await kept(0);
    expect(await fresh((engine) => engine.apply([sums], all))).toMatchObject([{ action: "unchanged" }]);
    await kept(1);
    expect(await fresh((engine) => engine.getWorkflow(ref))).toMatchObject({ text: sums.text });
  });

  test("so it is with one of many, of which only those are stored that are not there", async () => {
    const many = Array.from({ length: 70 }, (_, n) => source(`w${n}`, "- a:\n    set:\n      x: 1"));
    await fresh((engine) => engine.apply(many, all));
    const ids = await kept(71);
    const runs = async () => {
      const query = `TaskQueue = '${taskQueue}' AND WorkflowType = 'definition'`;
      const { count } = await connection.workflowService.countWorkflowExecutions({ namespace, query });
      return Number(count);
    };
    const before = await runs();
    await end(ids[5]!);
    await kept(70);
    await fresh((engine) => engine.apply([sums, ...many], all));
    await kept(71);
    expect(await runs()).toBe(before + 1);
    expect(await fresh((engine) => engine.exportWorkflows({}))).toHaveLength(71);
  });
});
