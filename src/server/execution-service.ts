import { create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter } from "@connectrpc/connect";
import { type Definition, parseDefinitions } from "../dsl/definition.ts";
import type { WorkflowError } from "../dsl/error.ts";
import { Source } from "../dsl/source/source.ts";
import type {
  Engine,
  ExecutionView,
  HistoryRecord,
  PinnedDefinition,
  StartRequest,
} from "../engine/engine.ts";
import { Failure } from "../failure.ts";
import {
  type EventsResponse,
  EventsResponseSchema,
  ExecutionService,
  type StartRequest as StartRequestMessage,
  type WatchRequest,
  type WatchResponse,
  WatchResponseSchema,
} from "../gen/pawl/v1/execution_pb.ts";
import { toCloudEvent } from "../workflow/lifecycle.ts";
import type { Context } from "./context.ts";
import { toConnectError } from "./failures.ts";
import { fromStatuses, parseJson, toExecution, toRecord } from "./messages.ts";
import { leavePlace } from "./place.ts";
import { withHeartbeats } from "./stream.ts";
import { within } from "./within.ts";
import { toRef } from "./workflow-service.ts";

/** How many executions one list holds unless asked for fewer or more, and at most. */
const defaultListed = 100;
const maxListed = 10_000;
/** How long a start may wait for the end. */
const maxWaitMs = 60_000;

/** Characters of JSON. */
const longInput = 1 << 20;

export function registerExecutions(router: ConnectRouter, context: Context): void {
  const { engine } = context;
  router.service(ExecutionService, {
    async start(request, call) {
      const traceparent = call.requestHeader.get("traceparent");
      // To read the message took its time, and so will its data: others have a turn in between.
      if (request.input.length > longInput) await new Promise((resolve) => setImmediate(resolve));
      const start = { ...fromStart(request), ...(traceparent !== null && { traceparent }) };
      const started = await engine.startExecution(start);
      if (request.waitMs === 0 || started.endedAt !== undefined) return { execution: toExecution(started) };
      leavePlace(call);
      const ended = await within(
        Math.min(request.waitMs, maxWaitMs),
        [call.signal, context.drain.signal],
        (signal) => engine.endedExecution(request.id, signal),
      );
      return { execution: toExecution(ended ?? (await engine.getExecution(request.id))) };
    },
    async get(request) {
      return { execution: toExecution(await engine.getExecution(request.id)) };
    },
    async list(request) {
      const views = await engine.listExecutions({
        ...(request.namespace === "" ? {} : { namespace: request.namespace }),
        ...(request.workflow === "" ? {} : { workflow: request.workflow }),
        ...(request.statuses.length === 0 ? {} : { status: fromStatuses(request.statuses) }),
        limit: Math.min(request.limit || defaultListed, maxListed),
      });
      return { executions: views.map(toExecution), incomplete: views.incomplete ?? "" };
    },
    async cancel(request) {
      return { execution: toExecution(await engine.cancelExecution(request.id)) };
    },
    async delete(request) {
      await engine.deleteExecution(request.id);
      return {};
    },
    async describe(request) {
      const execution = await engine.getExecution(request.id);
      const records = await engine.history(request.id);
      const pinned = await engine.pinnedDefinition(request.id);
      const definition = placed(pinned);
      return {
        execution: toExecution(execution),
        records: records.map((record) => toRecord(record, { withData: true })),
        positions: definition === undefined ? {} : positions(definition, records),
        errorSource: definition === undefined ? "" : errorSource(definition, execution.error),
        firstRecords: Math.max(
          0,
          records.findIndex(({ gap }) => gap),
        ),
      };
    },
    async *watch(request, call) {
      const signal = AbortSignal.any([call.signal, context.drain.signal]);
      let cursor = request.cursor;
      try {
        for await (const item of withHeartbeats(toTheEnd(engine, request, signal), signal)) {
          if (item === undefined) yield watched(cursor, { case: "heartbeat", value: {} });
          else if ("record" in item) {
            cursor = item.cursor;
            yield watched(cursor, { case: "record", value: toRecord(item, { withData: false }) });
          } else {
            yield watched(cursor, { case: "ended", value: toExecution(item) });
            return;
          }
        }
        if (!call.signal.aborted) throw context.drain.failure();
      } catch (error) {
        throw toConnectError(error, context, "Watch");
      }
    },
    async *events(request, call) {
      const signal = AbortSignal.any([call.signal, context.drain.signal]);
      const records = engine.records({
        ...(request.id === "" ? {} : { execution: request.id }),
        cursor: request.cursor,
        ...(request.since === undefined ? {} : { since: timestampMs(request.since) }),
        follow: request.follow,
        signal,
      });
      let cursor = request.cursor;
      try {
        for await (const record of withHeartbeats(records, signal)) {
          cursor = record?.cursor ?? cursor;
          yield lifecycleEvent(cursor, record);
        }
        if (context.drain.signal.aborted) throw context.drain.failure();
      } catch (error) {
        throw toConnectError(error, context, "Events");
      }
    },
  });
}

/** What an execution tells until it ends, if that is asked for, and then the execution as it ended. */
async function* toTheEnd(
  engine: Engine,
  { id, cursor, records }: WatchRequest,
  signal: AbortSignal,
): AsyncGenerator<HistoryRecord | ExecutionView> {
  if (records) yield* engine.records({ execution: id, cursor, follow: true, signal });
  const ended = await engine.endedExecution(id, signal);
  if (ended) yield ended;
}

function fromStart(request: StartRequestMessage): StartRequest {
  const { what } = request;
  if (what.case === undefined)
    throw new Failure("invalid_argument", "Neither a workflow nor a definition is given");
  return {
    id: request.id,
    workflow: what.case === "workflow" ? toRef(what.value) : { file: what.value.file, text: what.value.text },
    input: parseJson(request.input, "The input"),
  };
}

type Placed = Pick<Definition, "file" | "text" | "position">;

function placed({ file, text, position }: PinnedDefinition): Placed | undefined {
  return position ? { file, text, position } : parseDefinitions(file, text, { stored: true }).definitions[0];
}

/** `file:line` of every task that the records name. */
function positions(definition: Placed, records: readonly HistoryRecord[]): Record<string, string> {
  const tasks = new Set(records.flatMap(({ record }) => (record.task === undefined ? [] : [record.task])));
  return Object.fromEntries(
    [...tasks].map((task) => [task, `${definition.file}:${definition.position(task).line}`]),
  );
}

/** What stands in the source where an error comes from. */
function errorSource(definition: Placed, error: WorkflowError | undefined): string {
  if (error?.instance === undefined) return "";
  const source = new Source(definition.file, definition.text);
  const start = source.offset(definition.position(error.instance));
  return source.diagnostic({ severity: "error", start, end: start, message: "" }).source;
}

function watched(
  cursor: string,
  item: WatchResponse["item"] | { case: "heartbeat"; value: object },
): WatchResponse {
  return create(WatchResponseSchema, { cursor, item: item as WatchResponse["item"] });
}

function lifecycleEvent(cursor: string, record: HistoryRecord | undefined): EventsResponse {
  if (record === undefined) {
    return create(EventsResponseSchema, { cursor, item: { case: "heartbeat", value: {} } });
  }
  const { namespace, name, version } = record;
  const event = toCloudEvent(
    record.record,
    { id: record.execution, namespace, name, version },
    record.cursor,
  );
  return create(EventsResponseSchema, { cursor, item: { case: "event", value: JSON.stringify(event) } });
}
