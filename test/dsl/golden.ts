import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export interface GoldenCase {
  readonly name: string;
  /** What follows the head (`brief.ts`), so its first line is line 5. */
  readonly text: string;
  /** As `brief` writes diagnostics. */
  readonly expected: readonly string[];
}

/** The cases of `golden/<name>.txt`: `=== name`, a definition without its head, `>>>`, the diagnostics. */
export function golden(name: string): (readonly [string, GoldenCase])[] {
  const text = readFileSync(resolve(import.meta.dir, "golden", `${name}.txt`), "utf8");
  return text
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const [heading = "", rest = ""] = divide(section, "\n");
      const [body = "", expected = ""] = divide(rest, ">>>\n");
      const lines = expected.split("\n").filter((line) => line !== "");
      return [heading, { name: heading, text: body, expected: lines }] as const;
    });
}

function divide(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  if (at < 0) throw new Error(`No ${JSON.stringify(separator)} in ${JSON.stringify(text)}`);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
