import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { Client, Connection } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { freePorts, startChild } from "./child.ts";
import { contend } from "./contender.ts";

const taskQueue = "bench";
const functions = { "ten-sets": "tenSets", "one-set": "oneSet", chain: "chain" } as const;

/** Temporal's dev server on a SQLite file; the TypeScript SDK's worker and client in this process. */
await contend(async ({ mode, folder }, url) => {
  const [port, http, metrics] = (await freePorts(3)) as [number, number, number];
  const words = ["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--log-level", "never"];
  const ports = ["--port", `${port}`, "--http-port", `${http}`, "--metrics-port", `${metrics}`];
  const store = ["--db-filename", `${folder}/temporal.db`, "--sqlite-pragma", "synchronous=full"];
  const cli = process.env["PAWL_TEMPORAL_CLI"] ?? "";
  const server = await startChild(cli, [...words, ...ports, ...store], { HOME: folder }, "Metrics:");
  Runtime.install({ logger: new DefaultLogger("ERROR") });
  const address = `127.0.0.1:${port}`;
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowBundle: { codePath: await bundle(process.env["TEMPORAL_WORKFLOWS"] ?? "") },
    activities: {
      add: async (n: number) => n + 1,
      call: async () => ((await (await fetch(url)).json()) as { n: number }).n,
    },
  });
  const working = worker.run();
  const client = new Client({ connection: await Connection.connect({ address }) });
  const args = [{ n: 0, durably: mode === "steps" }];
  return {
    pids: [server.pid],
    run: (kind, workflowId) => client.workflow.execute(functions[kind], { taskQueue, workflowId, args }),
    async close() {
      worker.shutdown();
      await working;
      await server.end();
    },
  };
});

/** The sandbox's code, bundled once. */
async function bundle(workflowsPath: string): Promise<string> {
  const path = `${workflowsPath}.bundle.js`;
  if (existsSync(path) && (await readFile(path, "utf8")).length > 0) return path;
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger("ERROR") });
  await writeFile(path, code);
  return path;
}
