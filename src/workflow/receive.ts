import { standardError } from "../dsl/error.ts";
import { withInstance } from "./activity-report.ts";
import type { WorkflowEvent } from "./event.ts";
import { cancelEverything, enter, fault, interrupt } from "./fault.ts";
import type { Machine } from "./machine.ts";
import type { Report } from "./task-kind.ts";

/** Takes an event in: whoever waits for it hears of it, nobody otherwise. */
export function receive(machine: Machine, event: WorkflowEvent): void {
  if (event.type === "cancel-requested") cancel(machine);
  else if (event.type !== "started" && event.type !== "continued") deliver(machine, reportOf(event));
}

type Reported = Exclude<WorkflowEvent, { type: "started" | "continued" | "cancel-requested" }>;

function reportOf(event: Reported): Report {
  if (event.type === "timer-fired") return { type: "timer", id: event.timer };
  if (event.type === "child-ended") return { type: "child", id: event.child, outcome: event.outcome };
  if (event.type === "activity-completed")
    return { type: "output", id: event.activity, output: event.output };
  return { type: "error", id: event.activity, error: event.error };
}

function cancel(machine: Machine): void {
  cancelEverything(machine);
  machine.recordTask("cancelled", 0);
  machine.end({ status: "cancelled" });
}

function deliver(machine: Machine, report: Report): void {
  const id = machine.settle(report.id);
  if (id === undefined) return;
  const frame = machine.frame(id)!;
  if (frame.timeout === report.id) {
    delete frame.timeout;
    interrupt(machine, id);
    const detail = `Timed out after ${machine.nowMs - frame.at!} ms`;
    fault(machine, id, standardError("timeout", detail, { instance: frame.task || "/timeout" }));
  } else if (frame.suspended?.activity === report.id) takeUp(machine, id, report);
  else if (frame.fetching !== undefined) deliverResource(machine, id, report);
  else enter(machine, id, { type: "report", report });
}

/** The value is there that suspended work lacked. */
function takeUp(machine: Machine, id: number, report: Report): void {
  const { suspended, task } = machine.frame(id)!;
  const { known, label, entry } = suspended!;
  if (report.type === "output") {
    known[label] = report.output;
    delete suspended!.activity;
    enter(machine, id, entry);
  } else if (report.type === "error") fault(machine, id, withInstance(report.error, task || label));
}

function deliverResource(machine: Machine, id: number, report: Report): void {
  const { fetching, task, phase } = machine.frame(id)!;
  if (report.type === "output") {
    machine.state.resources![fetching!] = report.output;
    machine.prompt.push(id);
  } else if (report.type === "error")
    fault(machine, id, withInstance(report.error, task || `/${phase}/schema`));
}
