import {
  type InternalWorkflowStartOptions,
  InternalWorkflowStartOptionsSymbol,
} from "@temporalio/client/lib/internal.js";
import type { Json } from "../../expression/json.ts";
import { Failure } from "../../failure.ts";
import type { ExecutionView, StartRequest } from "../engine.ts";
import { parseSingle, Revision } from "../request/revision.ts";
import { checkExecutionId, executionExists, requestDigest } from "../request/start.ts";
import { readTraceparent } from "../request/trace.ts";
import type { Calls } from "./calls.ts";
import type { Catalog } from "./catalog.ts";
import type { Described, Executions } from "./executions.ts";
import { bounds, type ExecutionMemo, executionKey, type Origin, type Pinned } from "./protocol.ts";

type ReuseOptions = Pick<
  InternalWorkflowStartOptions,
  "workflowIdReusePolicy" | typeof InternalWorkflowStartOptionsSymbol
>;

export interface StartParts {
  readonly calls: Calls;
  readonly catalog: Catalog;
  readonly executions: Executions;
  readonly version: string;
}

/** Starts an execution, once per id. Rejects as `Engine.startExecution` does. */
export async function startExecution(parts: StartParts, request: StartRequest): Promise<ExecutionView> {
  const { calls, catalog, executions } = parts;
  const { id, parent } = request;
  checkExecutionId(id);
  const input = JSON.stringify(request.input ?? null);
  const digest = requestDigest(request, input);
  let pinned: Pinned;
  try {
    pinned = catalog.pin(await revisionOf(parts, request));
  } catch (error) {
    if (error instanceof Failure && error.code === "unavailable") throw error;
    // The same start again may come when its workflow is gone or another: what is there answers it.
    const there = await executions.describe(id);
    if (!there) throw error;
    return sameAs(parts, there, digest);
  }
  const origin = originOf(request, JSON.parse(input));
  checkFits(input, pinned);
  const { namespace, name, version } = pinned.document.document;
  const startedAt = Date.now();
  const named = { id, namespace, name, version, revision: pinned.revision, request: digest, startedAt };
  const memo: ExecutionMemo = { ...named, ...(parent !== undefined && { parent }) };
  const begin = async (after?: string) => {
    const { firstExecutionRunId: firstRunId } = await calls.start(
      ({ client }) =>
        client.workflow.start(`${namespace}/${name}`, {
          workflowId: executionKey(calls.taskQueue, id),
          taskQueue: calls.taskQueue,
          ...reuse(after),
          // Its first task comes with the answer, for the worker on the same connection.
          requestEagerStart: after === undefined,
          args: [pinned, origin],
          memo: { ...memo },
        }),
      mayBeThere(id),
    );
    return firstRunId;
  };
  try {
    const firstRunId = await begin();
    const { source } = pinned;
    return executions.begun({ id, firstRunId, memo, startedAt, input: origin.input, source }, input);
  } catch (error) {
    if (!(error instanceof Failure && error.code === "already_exists")) throw error;
  }
  // What was deleted here stands in the way until Temporal has done so.
  const deleted = await executions.deletedRun(id);
  if (deleted !== undefined) await begin(deleted).catch(unlessExists);
  const there = await executions.describe(id);
  if (!there) throw beingDeleted(id);
  return sameAs(parts, there, digest);
}

/**
 * Whether an execution may begin whose id another has or had. After one that was deleted it may, once: whoever asks for that
 * again, also after a broken connection, means the same start to Temporal, and is answered with what came of it.
 */
function reuse(after: string | undefined): ReuseOptions {
  if (after === undefined) return { workflowIdReusePolicy: "REJECT_DUPLICATE" };
  const requestId = `after/${after}`;
  return { workflowIdReusePolicy: "ALLOW_DUPLICATE", [InternalWorkflowStartOptionsSymbol]: { requestId } };
}

function unlessExists(error: unknown): void {
  if (!(error instanceof Failure && error.code === "already_exists")) throw error;
}

/** Deleted while it was asked for, or by another server. */
const beingDeleted = (id: string) =>
  new Failure("failed_precondition", `The execution "${id}" is being deleted by Temporal`, {
    reason: "execution-being-deleted",
    hint: "Its id is free again within a minute",
  });

const mayBeThere = (id: string) =>
  `Temporal went away meanwhile; when it is back, this tells whether it was started: pawl get execution ${id}`;

/** A second start is answered with the execution of the first, if it asks for the same. */
function sameAs({ executions }: StartParts, there: Described, digest: string): Promise<ExecutionView> {
  if (there.memo.request !== digest) throw executionExists(there.id);
  return executions.viewOf(there);
}

function originOf({ id, traceparent: given }: StartRequest, input: Json): Origin {
  const traceparent = readTraceparent(given);
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  return { id, input, seed, depth: 0, ...(traceparent !== undefined && { traceparent }) };
}

/** Definitions that were found to fit: they are the same for many starts. */
const fitting = new WeakSet<Pinned>();

function checkFits(input: string, pinned: Pinned): void {
  checkBounds(input, fitting.has(pinned) ? "" : JSON.stringify(pinned));
  fitting.add(pinned);
}
async function revisionOf({ catalog, version }: StartParts, { workflow }: StartRequest): Promise<Revision> {
  if ("text" in workflow) return new Revision(parseSingle(workflow), { version });
  return catalog.revision(workflow);
}

/** Throws `resource_exhausted` for what Temporal does not take in one piece; both are JSON text. */
export function checkBounds(input: string, pinned: string): void {
  const what = Buffer.byteLength(input) > bounds.payloadBytes ? "The input" : "The definition";
  if (what === "The definition" && Buffer.byteLength(pinned) <= bounds.payloadBytes) return;
  const limit = `${what} is longer than ${bounds.payloadBytes} bytes of JSON, which is what Temporal takes`;
  throw new Failure("resource_exhausted", limit, {
    reason: what === "The input" ? "input-too-large" : "definition-too-large",
    hint: "Pass a reference to the data instead of the data",
  });
}
