/** Program: records a history of each kind of execution, for `replay.test.ts`, with every version that is released. */
import { resolve } from "node:path";
import { historyToJSON } from "@temporalio/common/lib/proto-utils";
import { NativeConnection } from "@temporalio/worker";
import { call, source, sums } from "../engine/definitions.ts";
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
const workflows = {
  sets: sums,
  calls: source("calls", `${call("one")}\n${call("two")}`),
  waits: source("waits", "- nap:\n    wait: { milliseconds: 5 }"),
  runs: source("runs", child),
  catches: source("catches", caught),
  faults: source("faults", call("fail")),
  emits: source(
    "emits",
    '- tells:\n    emit: { event: { with: { source: "https://test.test", type: test } } }',
  ),
};

const connection = await NativeConnection.connect({ address: server.address });
for (const [name, workflow] of Object.entries(workflows)) {
  await engine.startExecution({ id: name, workflow, input: { a: 1 } });
  await ended(engine, name);
  const execution = { workflowId: `recorded/${name}` };
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace: "default",
    execution,
  });
  const file = resolve(import.meta.dir, "histories", version, `${name}.json`);
  await Bun.write(file, `${JSON.stringify(JSON.parse(historyToJSON(history!)), null, 1)}\n`);
}
await connection.close();
await engine.stop();
await server.close();
