import type { Json } from "../expression/json.ts";
import { RequestParts } from "./request-parts.ts";
import type { ResourceSlot } from "./resource.ts";
import { same } from "./same.ts";
import { type SchemaCheck, validate } from "./schema.ts";
import { rawInput, taskOutput } from "./state.ts";
import type { TaskRun } from "./task-run.ts";

/** Takes a run on from where it stands until it waits, has begun something below, or is over. */
export function goOn(run: TaskRun): void {
  const { phase } = run.frame;
  if (phase === "new") begin(run);
  else if (phase === "input") takeInput(run);
  else if (phase === "run") work(run);
  else if (phase === "output") giveOutput(run);
  else if (phase === "export") exportContext(run);
}

/** `if` is evaluated on the raw input. A skipped task never was: no record, and its `then` does not count. */
function begin(run: TaskRun): void {
  const { machine, frame, node, id } = run;
  const raw = rawInput(machine.state, frame);
  if (node.if !== undefined && !run.test(node.if, raw)) {
    machine.close(id);
    machine.prompt.push({ parent: frame.parent!, child: node, ended: { output: raw, skipped: true } });
    return;
  }
  frame.at = machine.nowMs;
  frame.phase = "input";
  if (frame.parent !== undefined) machine.record("task.created", { task: frame.task, run: id });
  machine.recordTask("started", id, { input: raw });
  takeInput(run);
}

function takeInput(run: TaskRun): void {
  const { machine, frame, node } = run;
  const raw = rawInput(machine.state, frame);
  if (!checked(run, node.input.schema, raw, raw)) return;
  if (node.input.transform !== undefined) {
    const input = run.evaluate(node.input.transform, raw);
    if (!same(input, raw, machine.spend)) frame.input = input;
  }
  frame.phase = "run";
  work(run);
}

/** The clock of a timeout runs from the task's start, also while its input's schema was being fetched. */
function work(run: TaskRun): void {
  const { machine, frame, node, id } = run;
  if (node.timeout !== undefined && frame.timeout === undefined)
    frame.timeout = machine.startTimer(id, frame.at! + run.duration(node.timeout));
  node.kind.run(run);
}

function giveOutput(run: TaskRun): void {
  const { frame, node } = run;
  if (frame.fetching === undefined && node.output.transform !== undefined) {
    const transformed = run.evaluate(node.output.transform, frame.result!);
    if (!same(transformed, frame.result!, run.machine.spend)) frame.output = transformed;
  }
  const output = taskOutput(frame);
  if (!checked(run, node.output.schema, output, output)) return;
  frame.phase = "export";
  exportContext(run);
}

/** The new context counts only once it is known to be valid. */
function exportContext(run: TaskRun): void {
  const { machine, frame, node } = run;
  const { transform, schema } = node.export;
  const output = taskOutput(frame);
  if (frame.fetching === undefined && transform !== undefined)
    frame.exported = run.evaluate(transform, output);
  const context = frame.exported === undefined ? machine.state.context : frame.exported;
  if (!checked(run, schema, context, output)) return;
  if (frame.parent !== undefined) machine.state.context = context;
  leave(run);
}

/**
 * Whether the value is known to be valid; false: the schema is being fetched, and the phase will be entered
 * again.
 */
function checked(run: TaskRun, schema: SchemaCheck | undefined, value: Json, input: Json): boolean {
  if (schema === undefined) return true;
  const { frame } = run;
  const document = schema.resource === undefined ? schema.document : fetched(run, schema.resource, input);
  if (document === undefined) return false;
  validate(document, value, schema.label, frame.task || schema.label);
  return true;
}

function fetched(run: TaskRun, resource: ResourceSlot, input: Json): Json | undefined {
  const { frame, machine } = run;
  machine.state.resources ??= {};
  const { resources } = machine.state;
  if (frame.fetching !== undefined) {
    const key = frame.fetching;
    delete frame.fetching;
    return resources[key];
  }
  const parts = new RequestParts(run);
  const location = parts.location("", resource, input);
  const { deferred } = parts.travelling;
  const secret = deferred?.find(({ at }) => at === "/uri");
  const key =
    secret === undefined ? location.uri : JSON.stringify([secret.value, secret.input, secret.variables]);
  if (Object.hasOwn(resources, key)) return resources[key];
  frame.fetching = key;
  run.startActivity({ kind: "resource", ...location, ...parts.travelling });
  return undefined;
}

function leave(run: TaskRun): void {
  const { machine, frame, node, id } = run;
  const output = taskOutput(frame);
  machine.recordTask("completed", id, { output });
  if (frame.timeout !== undefined) machine.cancel(frame.timeout);
  if (frame.parent === undefined) {
    machine.end({ status: "completed", output });
    return;
  }
  machine.close(id);
  const directive = frame.directive ?? node.directive;
  const ended = directive === undefined ? { output } : { output, directive };
  machine.prompt.push({ parent: frame.parent, child: node, ended });
}
