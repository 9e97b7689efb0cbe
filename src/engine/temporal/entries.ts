import { createHash } from "node:crypto";
import type { Definition } from "../../dsl/definition.ts";
import { Failure } from "../../failure.ts";
import type { WorkflowRef } from "../engine.ts";
import { compareVersions, latestVersion } from "../request/version.ts";
import { bounds, type CatalogEntry, type NewEntry, names, type StoredSource } from "./protocol.ts";
import { roomFor } from "./workflow/room.ts";

/** What of a definition the index holds. */
export function entryOf(definition: Definition): NewEntry {
  const { namespace, name, version, title, summary } = definition.document.document;
  const source = createHash("sha256")
    .update(JSON.stringify(sourceOf(definition)))
    .digest("hex")
    .slice(0, 32);
  const about = { ...(title !== undefined && { title }), ...(summary !== undefined && { summary }) };
  return { namespace, name, version, revision: definition.revision, source, file: definition.file, ...about };
}

export function sourceOf(definition: Definition): StoredSource {
  const { file, text } = definition;
  return { file, line: definition.position("").line, text };
}

export function latestOf(versions: readonly CatalogEntry[], ref: WorkflowRef): CatalogEntry | undefined {
  if (ref.version && ref.version !== "latest") return versions.find(({ version }) => version === ref.version);
  return latestVersion(versions);
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export const inOrder = (a: CatalogEntry, b: CatalogEntry) =>
  compareText(a.namespace, b.namespace) ||
  compareText(a.name, b.name) ||
  compareVersions(a.version, b.version);

/** Refuses what Temporal would not take, before any of it is stored. Throws `resource_exhausted`. */
export function checkFit(
  there: readonly CatalogEntry[],
  definitions: readonly Definition[],
  entries: readonly NewEntry[],
): void {
  for (const definition of definitions) {
    if (Buffer.byteLength(JSON.stringify(sourceOf(definition))) > bounds.payloadBytes)
      throw tooLarge(definition);
  }
  const lacking = roomFor(there, entries);
  if (lacking !== undefined) throw catalogFull(lacking);
}

function tooLarge({ file, document: { document } }: Definition): Failure {
  const which = `${document.namespace}/${document.name}:${document.version}`;
  return new Failure(
    "resource_exhausted",
    `"${which}" ("${file}") is longer than ${bounds.payloadBytes} bytes, which is what Temporal takes`,
    { reason: "definition-too-large", hint: "Split the workflow into several" },
  );
}

/** What the catalog refused, when that is what an update failed of. */
export function refusalOf(error: unknown): Failure | undefined {
  const { cause } = error as { cause?: { type?: string; message?: string } };
  return cause?.type === names.catalogFull ? catalogFull(cause.message ?? "The catalog is full") : undefined;
}

const catalogFull = (message: string) =>
  new Failure("resource_exhausted", message, {
    reason: "too-many-workflows",
    hint: "Delete versions that nobody runs any more, or use another task queue",
  });
