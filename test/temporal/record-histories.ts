/** Program: records a history of each kind of execution, for `replay.test.ts`, with every version that is released. */
import { resolve } from "node:path";
import { historyToJSON } from "@temporalio/common/lib/proto-utils";
import { NativeConnection } from "@temporalio/worker";
import { call, loops, source, sums } from "../engine/definitions.ts";
import { Peers } from "../engine/peers.ts";
import { ended } from "../engine/reading.ts";
import { openDevServer } from "./dev-server.ts";
import { createEngine } from "./engine.ts";

const version = process.argv[2] ?? "next";
const server = await openDevServer();
await server.start();
const engine = createEngine({ address: server.address, runActivity: new Peers().run, taskQueue: "recorded" });
await engine.start();
await engine.connected;
await engine.apply([sums], { dryRun: false });

const child = "- below:\n    run:\n      workflow: { namespace: test, name: sums, version: 1.0.0 }";
const failing = call("fail").replaceAll(/^/gm, "      ");
const caught = `- tries:\n    try:\n${failing}\n    catch: { do: [{ after: { set: { caught: true } } }] }`;
const branch = (name: string) => call(name).replaceAll(/^/gm, "        ");
const forking = `- both:\n    fork:\n      branches:\n${branch("one")}\n${branch("two")}`;
const workflows = {
  sets: sums,
  calls: source("calls", `${call("one")}\n${call("two")}`),
  waits: source("waits", "- nap:\n    wait: { milliseconds: 5 }"),
  runs: source("runs", child),
  catches: source("catches", caught),
  faults: source("faults", call("fail")),
  forks: source("forks", forking),
  leaves: source("leaves", "- left:\n    run: { shell: { command: ls }, await: false }"),
  late: source("late", `${call("hold")}\n    timeout: { after: { milliseconds: 5 } }`),
  cancelled: source("cancelled", "- nap:\n    wait: { hours: 1 }"),
  emits: source(
    "emits",
    '- tells:\n    emit: { event: { with: { source: "https://test.test", type: test } } }',
  ),
  // More than one run tells, without data.
  loops,
};

const connection = await NativeConnection.connect({ address: server.address });
const keep = async (name: string, workflowId: string, runId?: string) => {
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace: "default",
    execution: { workflowId, ...(runId !== undefined && { runId }) },
  });
  const file = resolve(import.meta.dir, "histories", version, `${name}.json`);
  await Bun.write(file, `${JSON.stringify(JSON.parse(historyToJSON(history!)), null, 1)}\n`);
};
for (const [name, workflow] of Object.entries(workflows)) {
  await engine.startExecution({ id: name, workflow, input: { a: 1, n: 0, limit: 70_000 } });
  if (name === "cancelled") await engine.cancelExecution(name);
  await ended(engine, name);
  await keep(name, `recorded/${name}`);
}
const { workflowExecutionInfo: looped } = await connection.workflowService.describeWorkflowExecution({
  namespace: "default",
  execution: { workflowId: "recorded/loops" },
});
await keep("loops-first-run", "recorded/loops", looped!.firstRunId!);
await keep("catalog", "recorded//catalog");
await connection.close();
await engine.stop();
await server.close();
