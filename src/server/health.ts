export type HealthStatus = "serving" | "not-serving";

/** The server's health and those who watch it. Before `open` it is not serving, and nobody can connect to ask. */
export interface Health {
  status(): HealthStatus;
  set(status: HealthStatus): void;
  /** Resolves at the next change, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
}

export function createHealth(): Health {
  let status: HealthStatus = "not-serving";
  let change = Promise.withResolvers<void>();
  return {
    status: () => status,
    set(next) {
      if (next === status) return;
      status = next;
      change.resolve();
      change = Promise.withResolvers<void>();
    },
    changed(signal) {
      const aborted = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener("abort", () => resolve(), { once: true });
      });
      return Promise.race([change.promise, aborted]);
    },
  };
}

/** The services whose health can be asked for by name; empty is the server as a whole (grpc.health.v1). */
export const healthServices: ReadonlySet<string> = new Set([
  "",
  "pawl",
  "grpc.health.v1.Health",
  "pawl.v1.WorkflowService",
  "pawl.v1.ExecutionService",
  "pawl.v1.EventService",
  "pawl.v1.SecretService",
  "pawl.v1.ServerService",
]);
