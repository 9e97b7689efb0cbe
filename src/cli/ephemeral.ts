import { createClient } from "@connectrpc/connect";
import type { Clients } from "../client/client.ts";
import { fromConnectError } from "../client/connect-errors.ts";
import { openEphemeral } from "../compose.ts";
import { Failure } from "../failure.ts";
import { EventService } from "../gen/pawl/v1/event_pb.ts";
import { ExecutionService } from "../gen/pawl/v1/execution_pb.ts";
import { SecretService } from "../gen/pawl/v1/secret_pb.ts";
import { ServerService } from "../gen/pawl/v1/server_pb.ts";
import { WorkflowService } from "../gen/pawl/v1/workflow_pb.ts";
import type { Api } from "./connection.ts";

/** Does work with an engine in this process, which is gone afterwards; tasks run in the caller's directory. */
export async function withEphemeralApi<T>(work: (api: Api) => Promise<T>): Promise<T> {
  const engine = await openEphemeral(process.cwd());
  const { transport } = engine;
  const clients: Clients = {
    workflows: createClient(WorkflowService, transport),
    executions: createClient(ExecutionService, transport),
    events: createClient(EventService, transport),
    secrets: createClient(SecretService, transport),
    server: createClient(ServerService, transport),
  };
  try {
    return await work({
      async call(work, { signal = new AbortController().signal }) {
        return await work(clients, signal).catch((error) => {
          throw explain(error, signal);
        });
      },
      async *stream(open, signal) {
        // Leaving the loop early must end the stream on the other side too.
        const leave = new AbortController();
        try {
          yield* open(clients, "", AbortSignal.any([signal, leave.signal]));
        } catch (error) {
          throw explain(error, signal);
        } finally {
          leave.abort();
        }
      },
    });
  } finally {
    await engine.close();
  }
}

function explain(error: unknown, signal: AbortSignal): Failure {
  return signal.aborted ? new Failure("cancelled", "Interrupted", { cause: error }) : fromConnectError(error);
}
