import { OpenWorkflow } from "openworkflow";
import { BackendSqlite } from "openworkflow/sqlite";
import { contend, type Kind } from "./contender.ts";

/** As the package has it: SQLite in this process, one worker; its polling intervals are its own. */
await contend(async ({ mode, folder }, url) => {
  const backend = BackendSqlite.connect(`${folder}/openworkflow.db`);
  backend.db.exec("PRAGMA synchronous = FULL");
  const client = new OpenWorkflow({ backend });
  const durably = mode === "steps";
  const work = (name: Kind, tasks: readonly ((n: number) => unknown)[]) =>
    client.defineWorkflow({ name }, async ({ input, step }: any) => {
      let { n } = input;
      for (const [index, task] of tasks.entries()) {
        n = durably ? await step.run({ name: `step${index}` }, () => task(n)) : await task(n);
      }
      return { n };
    });
  const add = (n: number) => n + 1;
  const call = async () => ((await (await fetch(url)).json()) as { n: number }).n;
  const workflows = {
    "ten-sets": work(
      "ten-sets",
      Array.from({ length: 10 }, () => add),
    ),
    "one-set": work("one-set", [add]),
    chain: work("chain", [add, call, add]),
  };
  const worker = client.newWorker({ concurrency: 50 });
  await worker.start();
  return {
    pids: [],
    run: async (kind) => (await workflows[kind].run({ n: 0 })).result(),
    close: () => worker.stop(),
  };
});
