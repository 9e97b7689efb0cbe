import { Code, ConnectError } from "@connectrpc/connect";
import { Failure, type FailureCode } from "../failure.ts";
import {
  Diagnostic_Severity,
  type Diagnostic as DiagnosticMessage,
  DiagnosticsSchema,
  FailureDetailSchema,
} from "../gen/pawl/v1/workflow_pb.ts";

const codes: Readonly<Record<Code, FailureCode>> = {
  [Code.Canceled]: "cancelled",
  [Code.Unknown]: "unknown",
  [Code.InvalidArgument]: "invalid_argument",
  [Code.DeadlineExceeded]: "deadline_exceeded",
  [Code.NotFound]: "not_found",
  [Code.AlreadyExists]: "already_exists",
  [Code.PermissionDenied]: "permission_denied",
  [Code.ResourceExhausted]: "resource_exhausted",
  [Code.FailedPrecondition]: "failed_precondition",
  [Code.Aborted]: "aborted",
  [Code.OutOfRange]: "out_of_range",
  [Code.Unimplemented]: "unimplemented",
  [Code.Internal]: "internal",
  [Code.Unavailable]: "unavailable",
  [Code.DataLoss]: "data_loss",
  [Code.Unauthenticated]: "unauthenticated",
};

/** An error of Connect's own clients, as the engine in this process answers it: keeps code, reason, hint and diagnostics. */
export function fromConnectError(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof ConnectError)) throw error;
  const [said] = error.findDetails(FailureDetailSchema);
  const [diagnosed] = error.findDetails(DiagnosticsSchema);
  return new Failure(codes[error.code] ?? "unknown", error.rawMessage, {
    reason: said?.reason || undefined,
    hint: said?.hint || undefined,
    retryAfterMs: said?.retryAfterMs || undefined,
    details: diagnosed?.diagnostics.map(toDiagnostic),
    cause: error.cause,
  });
}

/** As `src/dsl/diagnostic.ts` has it. */
function toDiagnostic(message: DiagnosticMessage) {
  const { $typeName: _, severity, hint, sourceColumn, ...rest } = message;
  return {
    ...rest,
    severity: severity === Diagnostic_Severity.WARNING ? "warning" : "error",
    hint: hint === "" ? undefined : hint,
    sourceColumn: sourceColumn === 0 ? undefined : sourceColumn,
  };
}
