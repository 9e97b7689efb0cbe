import { createHash } from "node:crypto";
import { Failure } from "../../failure.ts";
import type { StartRequest } from "../engine.ts";

/** Throws `invalid_argument`. */
export function checkExecutionId(id: string): void {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(id)) return;
  throw new Failure("invalid_argument", `"${id.slice(0, 140)}" cannot be an execution's id`, {
    reason: "execution-id-invalid",
    hint: 'Use 1 to 128 letters, digits, "_" and "-"',
  });
}

export function executionExists(id: string): Failure {
  return new Failure("already_exists", `The execution "${id}" exists, from another request`, {
    reason: "execution-exists",
    hint: "Start it under another id",
  });
}

/** What makes two starts the same request. */
export function requestDigest({ workflow, parent }: StartRequest, input: string): string {
  const what =
    "text" in workflow
      ? [workflow.file, workflow.text]
      : [workflow.namespace, workflow.name, workflow.version ?? "latest"];
  return createHash("sha1")
    .update(JSON.stringify([what, parent ?? null]))
    .update(input)
    .digest("base64");
}
