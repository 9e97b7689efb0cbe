import type { Json, JsonObject } from "../../expression/json.ts";
import { didYouMean } from "../shape/suggest.ts";
import { callNames } from "../shape/task.ts";
import { matches } from "../slots.ts";
import { pointerTo } from "../source/place.ts";
import { quoted } from "../source/quote.ts";
import { asList, asObject, asText, type Context, valueSpan } from "./context.ts";
import type { Visit } from "./walk.ts";

/** What stands under `use` and is named elsewhere must be there. */
export function checkReferences(context: Context): void {
  const { document, tasks } = context;
  reference(context, "/timeout", document["timeout"], "timeouts", timeoutHint);
  for (const visit of tasks) checkTask(context, visit);
  const secrets = new Set(asList(asObject(document["use"])["secrets"]));
  for (const { pointer, value } of authenticationsOf(document, tasks)) {
    checkAuthentication(context, pointer, value, secrets);
  }
}

function checkTask(context: Context, visit: Visit): void {
  const { task, pointer } = visit;
  reference(context, pointerTo(pointer, "timeout"), task["timeout"], "timeouts", timeoutHint);
  const error = asObject(task["raise"])["error"];
  reference(context, pointerTo(pointer, "raise", "error"), error, "errors");
  const retry = asObject(task["catch"])["retry"];
  reference(context, pointerTo(pointer, "catch", "retry"), retry, "retries");
  if (visit.kind === "call") checkCall(context, visit);
}

type Section = "authentications" | "errors" | "retries" | "timeouts" | "functions" | "catalogs";

function reference(
  context: Context,
  pointer: string,
  value: Json | undefined,
  section: Section,
  hintFor?: (name: string) => string | undefined,
): void {
  const name = asText(value);
  const defined = asObject(asObject(context.document["use"])[section]);
  if (name === undefined || Object.hasOwn(defined, name)) return;
  const message = `There is no ${quoted(name)} under "use.${section}"`;
  const hint = () =>
    hintFor?.(name) ?? didYouMean(name, Object.keys(defined), "Defined are") ?? "Define it there";
  context.findings.error(valueSpan(context, pointer), message, hint);
}

/** A duration where the name of a timeout is expected: an easy slip. */
function timeoutHint(name: string): string | undefined {
  return /^P[\dT]/.test(name) ? `Write { after: ${name} }` : undefined;
}

/** dsl.md "Using Cataloged Functions": a name, `name:version@catalog`, or the URL of a function. */
function checkCall(context: Context, { task, pointer }: Visit): void {
  const call = asText(task["call"]);
  if (call === undefined || callNames.includes(call) || /^[a-z][a-z0-9+.-]*:\/\//i.test(call)) return;
  const at = pointerTo(pointer, "call");
  const catalog = /^[^@]+@([^@]+)$/.exec(call)?.[1];
  if (catalog !== undefined) {
    if (catalog !== "default") reference(context, at, catalog, "catalogs");
    return;
  }
  const functions = asObject(asObject(context.document["use"])["functions"]);
  if (Object.hasOwn(functions, call)) return;
  const hint = () => didYouMean(call, [...callNames, ...Object.keys(functions)], "It can be");
  context.findings.error(valueSpan(context, at), `There is no function ${quoted(call)}`, hint);
}

function checkAuthentication(
  context: Context,
  pointer: string,
  authentication: JsonObject,
  secrets: ReadonlySet<Json>,
): void {
  reference(context, pointerTo(pointer, "use"), authentication["use"], "authentications");
  for (const [scheme, value] of Object.entries(authentication)) {
    const name = asText(asObject(value)["use"]);
    if (scheme === "use" || name === undefined || secrets.has(name)) continue;
    const message = `There is no secret ${quoted(name)} under "use.secrets"`;
    const names = [...secrets].filter((secret) => typeof secret === "string");
    const hint = () => didYouMean(name, names, "Defined are") ?? "Add its name there";
    context.findings.error(valueSpan(context, pointerTo(pointer, scheme, "use")), message, hint);
  }
}

const resources = ["input.schema.resource", "output.schema.resource", "export.schema.resource"];
const documentPaths = [
  "use.authentications.*",
  "use.catalogs.*.endpoint.authentication",
  ...resources.map((path) => `${path}.endpoint.authentication`),
];
const taskPaths = [
  ...["with.authentication", "with.endpoint.authentication", "with.service.authentication"],
  ...["with.server.authentication", "with.transport.http.endpoint.authentication"],
  ...["with.document", "with.proto", "with.agentCard", "run.script.source", ...resources].map(
    (path) => `${path}.endpoint.authentication`,
  ),
];

/** Every place of a document where an authentication may stand, and what stands there. */
export function* authenticationsOf(
  document: JsonObject,
  tasks: readonly Visit[],
): Generator<{ pointer: string; value: JsonObject; task?: string }> {
  for (const path of documentPaths) {
    for (const { pointer, value } of matches(path, document, "")) yield { pointer, value: asObject(value) };
  }
  for (const { task, kind, pointer, name } of tasks) {
    if (kind === "call" && !callNames.includes(asText(task["call"]) ?? "")) continue;
    for (const path of taskPaths) {
      for (const match of matches(path, task, pointer)) {
        yield { pointer: match.pointer, value: asObject(match.value), task: name };
      }
    }
  }
}
