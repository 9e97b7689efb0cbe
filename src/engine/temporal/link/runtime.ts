import { Runtime } from "@temporalio/worker";

/** Of the SDK's runtime, what says that it is in use. */
interface Countable {
  pendingCreations: number;
  shutdownIfIdle(): Promise<void>;
}

/**
 * Keeps the SDK's runtime until the answered function is called. By itself the SDK ends it with its last connection, so
 * also whenever one cannot be made, and each that ends leaves threads' descriptors behind.
 */
export function holdRuntime(): () => Promise<void> {
  const runtime = Runtime.instance() as unknown as Countable;
  runtime.pendingCreations += 1;
  return async () => {
    runtime.pendingCreations -= 1;
    await runtime.shutdownIfIdle();
  };
}
