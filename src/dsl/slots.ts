import type { Json, JsonObject } from "../expression/json.ts";
import { pointerTo } from "./source/place.ts";
import type { TaskKindName } from "./types.ts";

/** What a string means there (`expression/slot.ts`; rulings 2 and 3). */
export type SlotKind = "expression" | "value" | "literal";

/**
 * When a slot is evaluated, which decides on the variables there (dsl.md "Runtime expression arguments"). `locals` are
 * variables that the task itself declares and that exist in this slot too, not only in the tasks below it.
 */
export interface Slot {
  /** Keys from the task (or the document) down; `*` is every key or item. */
  readonly path: string;
  /** The first of them. */
  readonly key: string;
  readonly kind: SlotKind;
  readonly scope: keyof typeof scopes;
  readonly locals?: "loop" | "error" | "item";
}

const always = ["secrets", "workflow", "runtime"];
const inTask = [...always, "context", "task"];
const running = [...inTask, "input", "authorization"];

/** The variables, without `$`, of each stage. */
export const scopes = {
  workflowInput: always,
  workflow: [...always, "context", "input"],
  workflowOutput: [...always, "context"],
  schedule: always,
  before: inTask,
  task: running,
  export: [...running, "output"],
} as const satisfies Record<string, readonly string[]>;

/** Every name that a stage gives; a loop must not take one of them. */
export const argumentNames: readonly string[] = scopes.export;

/** Of the document itself. Components under `use` are evaluated in the task that uses them. */
export const documentSlots: readonly Slot[] = [
  slot("input.from", "expression", "workflowInput"),
  ...values("workflow", "timeout.after", "input.schema.resource", "output.schema.resource"),
  slot("output.as", "expression", "workflowOutput"),
  ...strategySlots("schedule.on", "schedule"),
  ...values("schedule", "schedule.every", "schedule.after"),
  ...values("task", "use.authentications.*", "use.catalogs.*", "use.errors.*", "use.timeouts.*.after"),
  ...retrySlots("use.retries.*"),
  slot("use.extensions.*.*.when", "expression", "task"),
];

/** Of every task, before those of its kind. */
const taskSlots: readonly Slot[] = [
  slot("if", "expression", "before"),
  slot("input.from", "expression", "before"),
  slot("output.as", "expression", "task"),
  slot("export.as", "expression", "export"),
  ...values(
    "task",
    "timeout.after",
    "input.schema.resource",
    "output.schema.resource",
    "export.schema.resource",
  ),
];

const kindSlots: { readonly [Kind in Exclude<TaskKindName, "call">]: readonly Slot[] } = {
  do: [],
  emit: values("task", "emit.event.with"),
  for: [slot("for.in", "expression", "task"), slot("while", "expression", "task", "loop")],
  fork: [],
  listen: [...strategySlots("listen.to", "task"), ...iteratorSlots("foreach")],
  raise: values("task", "raise.error"),
  run: [
    ...values("task", "run.container.image", "run.container.name", "run.container.stdin"),
    ...values("task", "run.container.ports", "run.container.volumes", "run.container.environment"),
    ...values("task", "run.container.arguments", "run.container.lifetime.after", "run.script.source"),
    ...values("task", "run.script.stdin", "run.script.arguments", "run.script.environment"),
    ...values("task", "run.shell.stdin", "run.shell.arguments", "run.shell.environment"),
    ...values(
      "task",
      "run.workflow.namespace",
      "run.workflow.name",
      "run.workflow.version",
      "run.workflow.input",
    ),
    slot("run.container.command", "literal", "task"),
    slot("run.script.code", "literal", "task"),
    slot("run.shell.command", "literal", "task"),
  ],
  set: [slot("set", "expression", "task")],
  switch: [slot("switch.*.*.when", "expression", "task")],
  try: [
    slot("catch.when", "expression", "task", "error"),
    slot("catch.exceptWhen", "expression", "task", "error"),
    ...retrySlots("catch.retry"),
  ],
  wait: values("task", "wait"),
};

const callSlots: { readonly [call: string]: readonly Slot[] } = {
  http: [
    ...values("task", "with.method", "with.endpoint", "with.body"),
    slot("with.headers", "expression", "task"),
    slot("with.query", "expression", "task"),
  ],
  openapi: values("task", "with.document", "with.operationId", "with.parameters", "with.authentication"),
  grpc: values("task", "with.proto", "with.service", "with.method", "with.arguments"),
  asyncapi: [
    ...values("task", "with.document", "with.channel", "with.operation", "with.server", "with.message"),
    ...values("task", "with.authentication", "with.subscription.consume.for"),
    slot("with.subscription.filter", "expression", "task"),
    slot("with.subscription.consume.while", "expression", "task"),
    slot("with.subscription.consume.until", "expression", "task"),
    ...iteratorSlots("with.subscription.foreach"),
  ],
  a2a: [...values("task", "with.agentCard", "with.server"), slot("with.parameters", "expression", "task")],
  mcp: [
    ...values("task", "with.protocolVersion", "with.timeout", "with.transport", "with.client"),
    slot("with.parameters", "expression", "task"),
  ],
};

const slotsOfKind = Object.fromEntries(
  Object.entries(kindSlots).map(([kind, slots]) => [kind, [...taskSlots, ...slots]]),
) as unknown as Record<keyof typeof kindSlots, readonly Slot[]>;
const slotsOfCall = new Map(
  Object.entries(callSlots).map(([call, slots]) => [call, [...taskSlots, ...slots]]),
);
const slotsOfFunction = [...taskSlots, ...values("task", "with")];

/** All slots of a task; `call` is the value of its key `call`, if it is a call. */
export function slotsOf(kind: TaskKindName, call?: Json): readonly Slot[] {
  if (kind !== "call") return slotsOfKind[kind];
  return slotsOfCall.get(call as string) ?? slotsOfFunction;
}

/** What stands at a path of a value, each with its JSON pointer; nothing where the path leads nowhere. */
export function matches(path: string, value: Json, pointer: string): readonly Match[] {
  const keys = split.get(path) ?? path.split(".");
  split.set(path, keys);
  if (keys[0] !== "*" && !Object.hasOwn(value as object, keys[0]!)) return none;
  const found: Match[] = [];
  follow(keys, 0, value, pointer, found);
  return found;
}

interface Match {
  readonly pointer: string;
  readonly value: Json;
}
const none: readonly Match[] = [];
/** The paths are few, and each is followed in every task. */
const split = new Map<string, readonly string[]>();

function follow(path: readonly string[], at: number, value: Json, pointer: string, found: Match[]): void {
  const key = path[at];
  if (key === undefined) {
    found.push({ pointer, value });
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const members = value as JsonObject;
  if (key === "*") for (const name of Object.keys(members)) step(path, at, members, name, pointer, found);
  else if (Object.hasOwn(members, key)) step(path, at, members, key, pointer, found);
}

function step(
  path: readonly string[],
  at: number,
  members: JsonObject,
  name: string,
  pointer: string,
  found: Match[],
): void {
  const member = members[name];
  if (member !== undefined) follow(path, at + 1, member, pointerTo(pointer, name), found);
}

function slot(path: string, kind: SlotKind, scope: Slot["scope"], locals?: Slot["locals"]): Slot {
  const [key = path] = path.split(".", 1);
  return { path, key, kind, scope, ...(locals === undefined ? {} : { locals }) };
}

function values(scope: Slot["scope"], ...paths: readonly string[]): Slot[] {
  return paths.map((path) => slot(path, "value", scope));
}

function retrySlots(path: string): Slot[] {
  const durations = ["delay", "limit.attempt.duration", "limit.duration", "jitter"];
  return [
    slot(`${path}.when`, "expression", "task", "error"),
    slot(`${path}.exceptWhen`, "expression", "task", "error"),
    ...values("task", ...durations.map((duration) => `${path}.${duration}`)),
  ];
}

/** dsl-reference.md "Event Consumption Strategy" and "Event Filter"; `until` may be a strategy too. */
function strategySlots(path: string, scope: Slot["scope"]): Slot[] {
  const filters = [path, `${path}.until`].flatMap((at) => [`${at}.one`, `${at}.all.*`, `${at}.any.*`]);
  return [
    slot(`${path}.until`, "expression", scope),
    ...filters.flatMap((filter) => [
      ...values(scope, `${filter}.with`, `${filter}.correlate.*.expect`),
      slot(`${filter}.correlate.*.from`, "expression", scope),
    ]),
  ];
}

function iteratorSlots(path: string): Slot[] {
  return [
    slot(`${path}.output.as`, "expression", "task", "item"),
    slot(`${path}.export.as`, "expression", "export", "item"),
  ];
}
