import { Code, ConnectError } from "@connectrpc/connect";
import { Failure, type FailureCode } from "../failure.ts";
import {
  Diagnostic_Severity,
  type Diagnostic as DiagnosticMessage,
  DiagnosticsSchema,
  FailureDetailSchema,
} from "../gen/pawl/v1/workflow_pb.ts";
import { TransportBroken } from "./rpc.ts";

/** What an error of a call means for what to do next. */
export interface Verdict {
  readonly failure: Failure;
  /** `broken`: the connection ended; `refused`: the server stops and has done nothing; else the call has its answer. */
  readonly kind: "answer" | "broken" | "refused";
}

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

/** A server's error keeps its code, reason, hint and diagnostics. */
export function judge(error: unknown): Verdict {
  if (error instanceof Failure) return { failure: error, kind: "answer" };
  if (!(error instanceof ConnectError)) {
    throw error;
  }
  const [said] = error.findDetails(FailureDetailSchema);
  const [diagnosed] = error.findDetails(DiagnosticsSchema);
  const failure = new Failure(codes[error.code] ?? "unknown", error.rawMessage, {
    reason: said?.reason || undefined,
    hint: said?.hint || undefined,
    details: diagnosed?.diagnostics.map(toDiagnostic),
    cause: error.cause,
  });
  return { failure, kind: kindOf(error, failure.reason) };
}

function kindOf(error: ConnectError, reason: string | undefined): Verdict["kind"] {
  if (reason === "server-stopped" || reason === "server-restarting") return "refused";
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TransportBroken) return "broken";
  }
  // A stream that was cut between two messages is told by the protocol, not by the socket.
  return error.code === Code.InvalidArgument && /missing EndStreamResponse|premature/.test(error.rawMessage)
    ? "broken"
    : "answer";
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
