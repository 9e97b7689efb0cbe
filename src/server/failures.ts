import { create, type DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Diagnostic } from "../dsl/diagnostic.ts";
import { Failure, type FailureCode } from "../failure.ts";
import {
  Diagnostic_Severity,
  type Diagnostic as DiagnosticMessage,
  DiagnosticSchema,
  DiagnosticsSchema,
  FailureDetailSchema,
} from "../gen/pawl/v1/workflow_pb.ts";
import type { Context } from "./context.ts";

/** What every call over a socket goes through, see `answering`. */
export function answers(context: Context): Interceptor {
  return (next) => async (request) => {
    if (!request.stream) return answering(context, request.method, () => next(request));
    try {
      return await next(request);
    } catch (error) {
      throw toConnectError(error, context, nameOf(request.method));
    }
  };
}

/**
 * One call that is no stream: turns what the engine rejects with into the API's errors, counts it as in flight for the
 * drain, and measures it, for whoever wants to know.
 */
export async function answering<T>(
  context: Context,
  method: DescMethod,
  work: () => T | Promise<T>,
): Promise<T> {
  const { called, drain } = context;
  const from = called ? performance.now() : 0;
  const isWatched = method.parent.typeName === "grpc.health.v1.Health" || method.name === "Shutdown";
  try {
    const answer = await (isWatched ? work() : drain.run(work));
    called?.(nameOf(method), "ok", performance.now() - from);
    return answer;
  } catch (error) {
    const converted = toConnectError(error, context, nameOf(method));
    called?.(nameOf(method), codeNames[converted.code] ?? "internal", performance.now() - from);
    throw converted;
  }
}

const nameOf = (method: DescMethod) => `${method.parent.typeName}/${method.name}`;

/** The error as clients see it; what is nobody's intention is logged and does not leak. */
export function toConnectError(error: unknown, context: Context, method: string): ConnectError {
  if (error instanceof ConnectError) return error;
  if (!(error instanceof Failure)) {
    context.log("error", "Call failed unexpectedly", {
      method,
      error: String((error as Error)?.stack ?? error),
    });
    return new ConnectError("Internal error, see `pawl server logs`", Code.Internal);
  }
  const details: ConnectError["details"] = [
    {
      desc: FailureDetailSchema,
      value: {
        reason: error.reason ?? "",
        hint: error.hint ?? "",
        retryAfterMs: error.retryAfterMs ?? 0,
      },
    },
  ];
  if (isDiagnostics(error.details)) {
    details.push({ desc: DiagnosticsSchema, value: { diagnostics: error.details.map(toDiagnosticMessage) } });
  }
  const { retryAfterMs } = error;
  // As HTTP has it: whole seconds.
  const metadata =
    retryAfterMs === undefined ? undefined : { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) };
  const converted = new ConnectError(error.message, codes[error.code], metadata, undefined, error);
  converted.details.push(...details);
  return converted;
}

export function toDiagnosticMessage(diagnostic: Diagnostic): DiagnosticMessage {
  return create(DiagnosticSchema, {
    ...diagnostic,
    severity: diagnostic.severity === "error" ? Diagnostic_Severity.ERROR : Diagnostic_Severity.WARNING,
    hint: diagnostic.hint ?? "",
  });
}

function isDiagnostics(details: unknown): details is Diagnostic[] {
  return Array.isArray(details) && details.length > 0 && details.every((d) => typeof d?.line === "number");
}

const codes: Record<FailureCode, Code> = {
  cancelled: Code.Canceled,
  unknown: Code.Unknown,
  invalid_argument: Code.InvalidArgument,
  deadline_exceeded: Code.DeadlineExceeded,
  not_found: Code.NotFound,
  already_exists: Code.AlreadyExists,
  permission_denied: Code.PermissionDenied,
  resource_exhausted: Code.ResourceExhausted,
  failed_precondition: Code.FailedPrecondition,
  aborted: Code.Aborted,
  out_of_range: Code.OutOfRange,
  unimplemented: Code.Unimplemented,
  internal: Code.Internal,
  unavailable: Code.Unavailable,
  data_loss: Code.DataLoss,
  unauthenticated: Code.Unauthenticated,
};

const codeNames = Object.fromEntries(Object.entries(codes).map(([name, code]) => [code, name]));
