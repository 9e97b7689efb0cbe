/** What the generated code has for `google.protobuf.Timestamp`. */
interface Timestamp {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** ms since the epoch. */
export function toMs(timestamp: Timestamp): number {
  return Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1e6);
}

/** RFC 3339 in UTC; null when there is none. */
export function toTime(timestamp: Timestamp | undefined): string | null {
  return timestamp === undefined ? null : new Date(toMs(timestamp)).toISOString();
}

/** Workflow data as plain JSON; null when the text is empty. */
export function toData(text: string): unknown {
  return text === "" ? null : JSON.parse(text);
}

/** Text from outside on one line of a terminal: nothing in it can move the cursor, change the colors or turn the line round. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, " ");
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
