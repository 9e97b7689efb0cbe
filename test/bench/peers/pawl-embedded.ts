import { chainOf, oneSet, tenSets } from "../definitions.ts";
import { embedded, runToEnd } from "../embedded.ts";
import { contend } from "./contender.ts";

await contend(async ({ mode, folder }, url) => {
  const definitions = [tenSets, oneSet, chainOf(url)];
  const engine = await embedded(folder, definitions, mode === "task" ? "task" : "output");
  return { pids: [], run: (kind, id) => runToEnd(engine, id, kind, { n: 0 }), close: () => engine.stop() };
});
