import { Failure, type FailureCode } from "../failure.ts";
import { RemoteError, TransportBroken } from "./rpc.ts";

/** What an error of a call means for what to do next. */
export interface Verdict {
  readonly failure: Failure;
  /** `broken`: the connection ended; `refused`: the server stops and has done nothing; else the call has its answer. */
  readonly kind: "answer" | "broken" | "refused";
}

/** A server's error keeps its code, reason, hint and diagnostics. */
export function judge(error: unknown): Verdict {
  if (error instanceof Failure) return { failure: error, kind: "answer" };
  if (error instanceof TransportBroken) {
    return { failure: new Failure("unavailable", error.message, { cause: error.cause }), kind: "broken" };
  }
  if (!(error instanceof RemoteError)) throw error;
  const said = error.details["pawl.v1.FailureDetail"] as
    | { reason?: string; hint?: string; retryAfterMs?: number }
    | undefined;
  const diagnosed = error.details["pawl.v1.Diagnostics"] as { diagnostics?: DiagnosticJson[] } | undefined;
  // Connect spells this one code otherwise.
  const code = error.code === "canceled" ? "cancelled" : (error.code as FailureCode);
  const failure = new Failure(code, error.message, {
    reason: said?.reason || undefined,
    hint: said?.hint || undefined,
    retryAfterMs: said?.retryAfterMs || undefined,
    details: diagnosed?.diagnostics?.map(toDiagnostic),
  });
  const refused = failure.reason === "server-stopped" || failure.reason === "server-restarting";
  return { failure, kind: refused ? "refused" : "answer" };
}

/** JSON leaves out what is empty or zero. */
interface DiagnosticJson {
  readonly severity?: string;
  readonly hint?: string;
}

/** As `src/dsl/diagnostic.ts` has it. */
function toDiagnostic(json: DiagnosticJson) {
  return {
    file: "",
    line: 1,
    column: 1,
    message: "",
    source: "",
    length: 1,
    ...json,
    severity: json.severity === "SEVERITY_WARNING" ? "warning" : "error",
    hint: json.hint || undefined,
  };
}
