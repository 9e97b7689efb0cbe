/** A name or text as messages show it: in quotes, control characters escaped, not too long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= 80 ? text : `${text.slice(0, 79)}…`);
}
