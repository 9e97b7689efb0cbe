/**
 * Runs the specification's Conformance Test Kit through the compiled binary: `bun run ctk`. Prints a table; with
 * `--write` also into docs/conformance.md, with `--engine temporal` on a Temporal server. Exits 1 unless every scenario passes.
 */

import { configFor, openDevServer } from "../temporal/dev-server.ts";
import { writePart } from "./generated.ts";
import { readKit, runScenario, type ScenarioResult, scenarioCount, toTable } from "./kit.ts";
import { openPawl } from "./pawl.ts";
import { startPublicServices } from "./public-services.ts";
import { specIsThere, whereToGetIt } from "./spec.ts";

if (!specIsThere) {
  console.error(whereToGetIt);
  process.exit(1);
}

const onTemporal = /--engine[ =]temporal/.test(process.argv.join(" "));
const temporal = onTemporal ? await openDevServer() : undefined;
await temporal?.start();
const pawl = await openPawl(temporal && configFor(temporal.address));
const services = startPublicServices();
const results: ScenarioResult[] = [];
try {
  for (const scenario of await readKit()) {
    const result = await runScenario(scenario, pawl, services);
    results.push(result);
    const mark = result.failure === undefined ? "ok    " : "FAILED";
    console.log(
      `${mark} ${result.feature}: ${result.scenario}${result.failure ? `\n       ${result.failure}` : ""}`,
    );
  }
} finally {
  await services.stop();
  await pawl.close();
  await temporal?.close();
}

const passed = results.filter(({ failure }) => failure === undefined).length;
if (process.argv.includes("--write")) await writePart("ctk", toTable(results));
console.log(`${passed} of ${scenarioCount}`);
process.exitCode = passed === scenarioCount && results.length === scenarioCount ? 0 : 1;
