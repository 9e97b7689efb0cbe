import type { IncomingMessage } from "node:http";
import { type ContextValues, createContextKey, createContextValues } from "@connectrpc/connect";
import { leaveLane } from "./lane.ts";

const key = createContextKey<() => void>(() => {});

/** What a service finds at a call over a socket. */
export function callValues(request: unknown): ContextValues {
  return createContextValues().set(key, () => leaveLane(request as IncomingMessage));
}

/** A service does nothing for this call but wait from now on: its place is for others. */
export function leavePlace(call: { readonly values: ContextValues }): void {
  call.values.get(key)();
}
