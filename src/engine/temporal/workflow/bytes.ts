/** Length of a text in UTF-8. */
export function jsonBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
