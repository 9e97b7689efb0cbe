import { standardError } from "../../dsl/error.ts";
import type { Outcome } from "../../workflow/event.ts";
import type { Step } from "../../workflow/interpreter.ts";

/** An end that the interpreter did not choose, and knows nothing of: it gives up nothing that was under way. */
export interface ForcedStep extends Step {
  readonly forced: true;
}

export function faultedStep(id: string, at: number, detail: string): ForcedStep {
  return forcedStep(id, at, { status: "faulted", error: standardError("runtime", detail) });
}

export function cancelledStep(id: string, at: number): ForcedStep {
  return forcedStep(id, at, { status: "cancelled" });
}

function forcedStep(id: string, at: number, outcome: Exclude<Outcome, { status: "completed" }>): ForcedStep {
  const { status } = outcome;
  const error = outcome.status === "faulted" ? { error: outcome.error } : {};
  return {
    forced: true,
    state: { id, status, input: null, startedAt: at, outcome },
    commands: [{ type: "end", outcome }],
    lifecycle: [{ type: `workflow.${status}`, at, ...error }],
  };
}
