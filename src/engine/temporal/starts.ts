import { Failure } from "../../failure.ts";
import type { StartRequest } from "../engine.ts";
import { parseSingle, Revision } from "../request/revision.ts";
import { checkExecutionId, executionExists, requestDigest } from "../request/start.ts";
import { readTraceparent } from "../request/trace.ts";
import type { Calls } from "./calls.ts";
import type { Catalog } from "./catalog.ts";
import type { Executions } from "./executions.ts";
import { bounds, type ExecutionMemo, executionKey, type Origin } from "./protocol.ts";

export interface StartParts {
  readonly calls: Calls;
  readonly catalog: Catalog;
  readonly executions: Executions;
  readonly version: string;
}

/** Starts an execution, once per id. Rejects as `Engine.startExecution` does. */
export async function startExecution(parts: StartParts, request: StartRequest): Promise<void> {
  const { calls, catalog, executions } = parts;
  const { id } = request;
  checkExecutionId(id);
  const input = JSON.stringify(request.input ?? null);
  const digest = requestDigest(request, input);
  // The same start again may come when its workflow is gone or another: what is there answers it.
  const there = await executions.describe(id);
  if (there) return same(there.memo, digest, id);
  const revision = await revisionOf(parts, request);
  const pinned = catalog.pin(revision);
  const traceparent = readTraceparent(request.traceparent);
  const origin: Origin = {
    id,
    input: JSON.parse(input),
    seed: crypto.getRandomValues(new Uint32Array(1))[0]!,
    depth: 0,
    ...(traceparent !== undefined && { traceparent }),
  };
  checkBounds(input, JSON.stringify(pinned));
  const { namespace, name, version } = pinned.document.document;
  const { parent } = request;
  const named = { id, namespace, name, version, revision: pinned.revision, request: digest };
  const memo: ExecutionMemo = { ...named, ...(parent !== undefined && { parent }) };
  try {
    await calls.make(({ client }) =>
      client.workflow.start(`${namespace}/${name}`, {
        workflowId: executionKey(calls.taskQueue, id),
        taskQueue: calls.taskQueue,
        workflowIdReusePolicy: "REJECT_DUPLICATE",
        args: [pinned, origin],
        memo: { ...memo },
      }),
    );
  } catch (error) {
    if (!(error instanceof Failure && error.code === "already_exists")) throw error;
    const other = await executions.describe(id);
    if (!other) throw error;
    same(other.memo, digest, id);
  }
}

function same(memo: ExecutionMemo, digest: string, id: string): void {
  if (memo.request !== digest) throw executionExists(id);
}

async function revisionOf({ catalog, version }: StartParts, { workflow }: StartRequest): Promise<Revision> {
  if ("text" in workflow) return new Revision(parseSingle(workflow), { version });
  return catalog.revision(workflow);
}

function checkBounds(input: string, pinned: string): void {
  const what = Buffer.byteLength(input) > bounds.payloadBytes ? "The input" : "The definition";
  if (what === "The definition" && Buffer.byteLength(pinned) <= bounds.payloadBytes) return;
  const limit = `${what} is longer than ${bounds.payloadBytes} bytes of JSON, which is what Temporal takes`;
  throw new Failure("resource_exhausted", limit, {
    reason: what === "The input" ? "input-too-large" : "definition-too-large",
    hint: "Pass a reference to the data instead of the data",
  });
}
