import { bounds } from "../protocol.ts";

/** Length of a text in UTF-8. */
export function jsonBytes(text: string): number {
  // Most of what is written is ASCII, and need not be encoded to be counted.
  return /^[\x20-\x7e]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}

/** Of a value, as JSON. */
export function bytesOf(value: unknown): number {
  return jsonBytes(JSON.stringify(value));
}

/** Whether Temporal would refuse it. */
export function isTooLong(value: unknown): boolean {
  return bytesOf(value) > bounds.payloadBytes;
}

export const tooLong = (what: string) =>
  `${what} is longer than ${bounds.payloadBytes} bytes of JSON, which is what Temporal takes`;
