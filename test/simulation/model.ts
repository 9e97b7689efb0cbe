import { runConfidential } from "../../src/activity/secret/confidential.ts";
import { WorkflowFault } from "../../src/dsl/error.ts";
import type { ActivityRequest } from "../../src/dsl/request.ts";
import type { WorkflowDocument } from "../../src/dsl/types.ts";
import type { Json } from "../../src/expression/json.ts";
import type { EventBody, Outcome } from "../../src/workflow/event.ts";
import { advance, begin, prepare } from "../../src/workflow/interpreter.ts";
import { type Answer, answerTo, echo } from "./answers.ts";
import { must } from "./violation.ts";

/** The outcome of a definition as the interpreter alone has it: no store, no server, no faults, everything at once. */
export async function outcomeOf(
  document: WorkflowDocument,
  input: Json,
  child: (name: string) => WorkflowDocument | undefined,
): Promise<Outcome> {
  const program = prepare(document);
  const inbox: EventBody[] = [];
  const timers = new Map<string, number>();
  let at = 0;
  let step = begin(program, { type: "started", id: "model", input, seed: 1, at });
  for (;;) {
    for (const command of step.commands) {
      if (command.type === "end") return command.outcome;
      if (command.type === "continue") inbox.push({ type: "continued" });
      if (command.type === "start-timer") timers.set(command.timer, command.at);
      if (command.type === "cancel-timer") timers.delete(command.timer);
      if (command.type === "run-activity" && command.await !== false) {
        const answer = await perform(command.request);
        const { activity } = command;
        inbox.push(
          "output" in answer
            ? { type: "activity-completed", activity, output: answer.output }
            : { type: "activity-failed", activity, error: answer.error },
        );
      }
      if (command.type === "start-child" && command.await) {
        const found = child(command.workflow.name);
        const outcome: Outcome = found
          ? await outcomeOf(found, command.input, child)
          : { status: "faulted", error: missing(command.workflow) };
        inbox.push({ type: "child-ended", child: command.child, outcome });
      }
    }
    let event = inbox.shift();
    if (!event) {
      const [next] = [...timers].sort(([, a], [, b]) => a - b);
      must(next, "The model waits for nothing");
      timers.delete(next[0]);
      at = Math.max(at, next[1]);
      event = { type: "timer-fired", timer: next[0] };
    }
    step = advance(program, step.state, { ...event, at });
  }
}

/** What it comes to does not depend on the secret's value. */
async function perform(request: ActivityRequest): Promise<Answer> {
  const context = {
    signal: new AbortController().signal,
    idempotencyKey: "model",
    policy: { environment: {}, directory: "/", maxBytes: 1 << 20 },
    secrets: async () => new Map([["s0", "hush-00000000-hush"]]),
  };
  try {
    const output = await runConfidential(request, context, async (filled) => {
      const answer = echo(answerTo(request), filled);
      if ("output" in answer) return answer.output;
      throw new WorkflowFault(answer.error);
    });
    return { output };
  } catch (error) {
    if (error instanceof WorkflowFault) return { error: error.error };
    throw error;
  }
}

function missing({ namespace, name, version }: { namespace: string; name: string; version: string }) {
  const detail = `There is no workflow "${namespace}/${name}" in version "${version}": apply it first`;
  const type = "https://open-workflow-specification.org/spec/1.0.0/errors/configuration";
  return { type, status: 400, title: "Configuration error", detail };
}
