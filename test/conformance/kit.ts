import { readFeature, type Scenario } from "./gherkin.ts";
import { lifecycleOf, type Pawl, runDefinition } from "./pawl.ts";
import { type Outcome, planOf } from "./plan.ts";
import type { PublicServices } from "./public-services.ts";
import { specFiles } from "./spec.ts";

/** The number of scenarios in the kit: one that got lost in reading must not go unseen. */
export const scenarioCount = 21;

export interface ScenarioResult {
  readonly feature: string;
  readonly scenario: string;
  /** Undefined: it passed. */
  readonly failure: string | undefined;
}

export async function readKit(): Promise<Scenario[]> {
  return (await specFiles("ctk/features/*.feature")).flatMap(({ text }) => readFeature(text));
}

/** Runs one scenario through the binary. */
export async function runScenario(
  scenario: Scenario,
  pawl: Pawl,
  services: PublicServices,
): Promise<ScenarioResult> {
  const failure = await failureOf(scenario, pawl, services).catch((error: Error) => error.message);
  return { feature: scenario.feature, scenario: scenario.name, failure };
}

async function failureOf(
  scenario: Scenario,
  pawl: Pawl,
  services: PublicServices,
): Promise<string | undefined> {
  const plan = planOf(scenario);
  const execution = await runDefinition(pawl, services.redirect(plan.definition), plan.input);
  const events = await lifecycleOf(pawl, execution.id);
  const tasks = events.flatMap(({ type, data }) => {
    const change = /^io\.serverlessworkflow\.task\.(\w+)\.v1$/.exec(type)?.[1];
    return change === undefined ? [] : [{ change, name: String(data["task"]).split("/").at(-1) ?? "" }];
  });
  const outcome: Outcome = { ...execution, tasks };
  const failures = plan.expectations.flatMap(({ step, failure }) => {
    const text = failure(outcome);
    return text === undefined ? [] : [`line ${step.line}: ${text}`];
  });
  return failures.length === 0 ? undefined : failures.join("; ");
}

/** The table of docs/conformance.md. */
export function toTable(results: readonly ScenarioResult[]): string {
  const passed = results.filter(({ failure }) => failure === undefined).length;
  const rows = results.map(
    ({ feature, scenario, failure }) =>
      `| ${feature} | ${scenario} | ${failure === undefined ? "passed" : "**failed**"} |`,
  );
  return [
    "| Feature | Scenario | Result |",
    "|---|---|---|",
    ...rows,
    "",
    `**${passed} of ${scenarioCount}** scenarios pass.`,
  ].join("\n");
}
