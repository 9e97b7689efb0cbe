import type { DeferredSlot } from "../dsl/confidential.ts";
import type { EvaluateRequest, ResourceLocation } from "../dsl/request.ts";
import type { SlotForm } from "../dsl/slot-form.ts";
import type { Authentication } from "../dsl/types.ts";
import type { Json, JsonObject } from "../expression/json.ts";
import { DEFAULT_LIMITS } from "../expression/run.ts";
import type { ResourceSlot } from "./resource.ts";
import type { TaskSlot } from "./site.ts";
import type { TaskRun } from "./task-run.ts";
import type { UriSlot } from "./uri-template.ts";
import { variablesOf } from "./variables.ts";

/**
 * Takes the parts of an activity's request from slots: what can be evaluated is, and for what only the activity can
 * evaluate (secrets) something empty stands in, and the slot travels in `travelling`. `at` is the part's JSON pointer
 * in the request.
 */
export class RequestParts {
  readonly #run: TaskRun;
  readonly #deferred: DeferredSlot[] = [];

  constructor(run: TaskRun) {
    this.#run = run;
  }

  /** To be spread into the request once all parts are taken. */
  get travelling(): { readonly deferred?: readonly DeferredSlot[] } {
    return this.#deferred.length === 0 ? {} : { deferred: this.#deferred };
  }

  value(at: string, slot: TaskSlot, input?: Json): Json {
    return this.#take(at, slot, "value", null, input);
  }

  text(at: string, slot: TaskSlot, input?: Json): string {
    return this.#take(at, slot, "text", "", input) as string;
  }

  optionalText(at: string, slot: TaskSlot): string | null {
    return this.#take(at, slot, "optional-text", null) as string | null;
  }

  object(at: string, slot: TaskSlot): JsonObject {
    return this.#take(at, slot, "object", {}) as JsonObject;
  }

  textMap(at: string, slot: TaskSlot): Record<string, string> {
    return this.#take(at, slot, "text-map", {}) as Record<string, string>;
  }

  arguments(at: string, slot: TaskSlot): string[] {
    return this.#take(at, slot, "arguments", []) as string[];
  }

  authentication(at: string, slot: TaskSlot, input?: Json): Authentication {
    return this.#take(at, slot, "value", {}, input) as Authentication;
  }

  uri(at: string, uri: UriSlot, input: Json = this.#run.input): string {
    return uri.expression === undefined ? uri.expand(this.#run, input) : this.text(at, uri.expression, input);
  }

  /** The location that a slot gives on the task's input (or `input`); `at` is empty for the request itself. */
  location(at: string, { uri, authentication }: ResourceSlot, input?: Json): ResourceLocation {
    return {
      uri: this.uri(`${at}/uri`, uri, input),
      ...(authentication !== undefined && {
        authentication: this.authentication(`${at}/authentication`, authentication, input),
      }),
    };
  }

  #take(at: string, slot: TaskSlot, form: SlotForm, standIn: Json, input: Json = this.#run.input): Json {
    if (!this.#run.travels(slot)) return this.#run.evaluateAs(form, slot, input);
    this.#deferred.push(deferredSlot(this.#run, slot, { at, form, input }));
    return standIn;
  }
}

/** The request that gives the value of a slot which travels. */
export function evaluation(run: TaskRun, slot: TaskSlot, input: Json): EvaluateRequest {
  const parts = new RequestParts(run);
  const authentication = slot.arguments.includes("authorization") ? run.authentication : undefined;
  return {
    kind: "evaluate",
    value: parts.value("/value", slot, input) as null,
    ...(authentication !== undefined && {
      authentication: parts.authentication("/authentication", authentication),
    }),
    ...parts.travelling,
  };
}

function deferredSlot(
  { machine, frame }: TaskRun,
  slot: TaskSlot,
  { at, form, input }: { readonly at: string; readonly form: SlotForm; readonly input: Json },
): DeferredSlot {
  const { label, value, kind, mode } = slot;
  const known = slot.arguments.filter((name) => name !== "secrets" && name !== "authorization");
  const variables = variablesOf(machine, frame, { ...slot, arguments: known });
  const { nowMs, program } = machine;
  const bounds = program.limits === DEFAULT_LIMITS ? {} : { limits: program.limits };
  return { at, form, label, value, kind, mode, input, variables, nowMs, ...bounds };
}
