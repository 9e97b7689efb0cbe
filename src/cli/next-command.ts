import type { Globals } from "./globals.ts";

/** A command line for people to type next: on the same home, when that was given by a flag. */
export function nextCommand({ home }: Pick<Globals, "home">, words: string): string {
  if (home === undefined) return `pawl ${words}`;
  const quoted = /^[\w@%+=:,./-]+$/.test(home) ? home : `'${home.replaceAll("'", "'\\''")}'`;
  return `pawl ${words} --home ${quoted}`;
}
