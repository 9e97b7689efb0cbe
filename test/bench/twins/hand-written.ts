import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { Client, Connection } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { measureTwin } from "./twin.ts";

const functions = {
  "ten-sets": "tenSets",
  "one-set": "oneSet",
  chain: "chain",
  calls: "calls",
  nap: "nap",
} as const;

/** The SDK's worker with its defaults, and its client, in this process. */
await measureTwin(async ({ address, taskQueue }, url) => {
  Runtime.install({ logger: new DefaultLogger("ERROR") });
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowBundle: { codePath: await bundle(process.env["TWIN_WORKFLOWS"] ?? "") },
    activities: { call: async () => (await fetch(url)).json() },
  });
  const working = worker.run();
  const client = new Client({ connection: await Connection.connect({ address }) });
  return {
    pids: [],
    run: (kind, id) => {
      const workflowId = `${taskQueue}/${id}`;
      return client.workflow.execute(functions[kind], { taskQueue, workflowId, args: [{ n: 0 }] });
    },
    async close() {
      worker.shutdown();
      await working;
    },
  };
});

/** The sandbox's code, bundled once for one text of the workflows. */
async function bundle(workflowsPath: string): Promise<string> {
  const digest = createHash("sha256")
    .update(await readFile(workflowsPath))
    .digest("hex");
  const path = `${workflowsPath}.${digest.slice(0, 16)}.js`;
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger("ERROR") });
  await writeFile(path, code);
  return path;
}
