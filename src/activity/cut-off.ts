import { standardError, WorkflowFault } from "../dsl/error.ts";

/** What an aborted activity rejects with: the fault that was given as the reason, or a runtime error. */
export function cutOff(signal: AbortSignal): WorkflowFault {
  const reason: unknown = signal.reason;
  if (reason instanceof WorkflowFault) return reason;
  return new WorkflowFault(standardError("runtime", "The task was cut off before it ended"));
}
