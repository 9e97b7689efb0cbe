import { chainOf, oneSet, tenSets } from "../definitions.ts";
import { apply, runOnServer, serve } from "../server.ts";
import { callsOf, nap } from "./definitions.ts";
import { measureTwin } from "./twin.ts";

/** The executable as its users run it: a client on its socket, and the worker within the server. */
await measureTwin(async ({ address, taskQueue, folder }, url) => {
  const words = ["--engine", "temporal", "--temporal-address", address, "--temporal-task-queue", taskQueue];
  const server = await serve(folder, words);
  await apply(server.clients, [tenSets, oneSet, chainOf(url), callsOf(url), nap]);
  return {
    pids: [server.pid],
    run: (kind, id) => runOnServer(server, id, kind, { n: 0 }),
    close: () => server.end("SIGTERM"),
  };
});
