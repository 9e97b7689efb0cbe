import { chainOf, oneSet, tenSets } from "../definitions.ts";
import { apply, runOnServer, serve } from "../server.ts";
import { contend } from "./contender.ts";

await contend(async ({ mode, folder }, url) => {
  const server = await serve(folder, ["--durability", mode === "task" ? "task" : "slice"]);
  await apply(server.clients, [tenSets, oneSet, chainOf(url)]);
  return {
    pids: [server.pid],
    run: (kind, id) => runOnServer(server, id, kind, { n: 0 }),
    close: () => server.end("SIGTERM"),
  };
});
