import type { Json, JsonObject } from "../expression/json.ts";
import { asList, asObject, asText } from "./check/context.ts";
import { authenticationsOf } from "./check/references.ts";
import { tasksOf, type Visit } from "./check/walk.ts";
import { matches } from "./slots.ts";
import { pointerTo } from "./source/place.ts";

/** Something that is valid but cannot be run yet. */
export interface Gap {
  readonly pointer: string;
  readonly what: string;
  /** The name of the task it belongs to, if it belongs to one. */
  readonly task?: string;
}

/** What of the language is missing in this version. It shrinks: nothing else of the program may rely on it. */
export function* gapsOf(document: JsonObject): Generator<Gap> {
  yield* documentGaps(document);
  const tasks = [...tasksOf(document)];
  for (const visit of tasks) yield* taskGaps(visit);
  yield* authenticationGaps(document, tasks);
  yield* schemaGaps(document, tasks);
}

function* documentGaps(document: JsonObject): Generator<Gap> {
  if (document["schedule"] !== undefined) yield { pointer: "/schedule", what: "schedule" };
  const language = asText(asObject(document["evaluate"])["language"]) ?? "jq";
  if (language !== "jq") yield { pointer: "/evaluate/language", what: `language: ${language}` };
  const use = asObject(document["use"]);
  if (asList(use["extensions"]).length > 0) yield { pointer: "/use/extensions", what: "extensions" };
}

const supportedCalls: readonly Json[] = ["http", "openapi"];

function* taskGaps({ kind, task, pointer, name }: Visit): Generator<Gap> {
  if (kind === "listen") yield { pointer: pointerTo(pointer, "listen"), what: "listen", task: name };
  if (kind === "call" && !supportedCalls.includes(task["call"] ?? null)) {
    yield { pointer: pointerTo(pointer, "call"), what: `call: ${task["call"]}`, task: name };
  }
  for (const process of ["container", "script"]) {
    if (asObject(task["run"])[process] === undefined) continue;
    yield { pointer: pointerTo(pointer, "run", process), what: `run: ${process}`, task: name };
  }
}

function* authenticationGaps(document: JsonObject, tasks: readonly Visit[]): Generator<Gap> {
  for (const { pointer, value, task } of authenticationsOf(document, tasks)) {
    const of = task === undefined ? {} : { task };
    for (const [scheme, settings] of Object.entries(value)) {
      const at = pointerTo(pointer, scheme);
      if (["digest", "oauth2", "oidc"].includes(scheme)) yield { pointer: at, what: scheme, ...of };
      if (asObject(settings)["use"] === undefined || ["basic", "bearer"].includes(scheme)) continue;
      yield { pointer: pointerTo(at, "use"), what: `${scheme}: { use: … }`, ...of };
    }
  }
}

const schemaPaths = ["input.schema.format", "output.schema.format", "export.schema.format"];

function* schemaGaps(document: JsonObject, tasks: readonly Visit[]): Generator<Gap> {
  const holders = [{ pointer: "", task: document }, ...tasks];
  for (const holder of holders) {
    for (const path of schemaPaths) {
      for (const { pointer, value } of matches(path, holder.task, holder.pointer)) {
        if (/^json(:|$)/i.test(String(value))) continue;
        const of = "name" in holder ? { task: holder.name } : {};
        yield { pointer, what: `format: ${value}`, ...of };
      }
    }
  }
}
