import type { JsonObject } from "../expression/json.ts";
import type { Definition } from "./definition.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { gapsOf } from "./gaps.ts";
import type { Finding } from "./source/finding.ts";
import { pointerSegments } from "./source/place.ts";
import { quoted } from "./source/quote.ts";
import { Source } from "./source/source.ts";

/** What of a valid definition this version cannot run yet, with places; empty when it can be run. */
export function unsupported(definition: Definition): Diagnostic[] {
  const source = new Source(definition.file, definition.text);
  const findings = new Map<string, Finding>();
  for (const { pointer, what, task } of gapsOf(definition.document as unknown as JsonObject)) {
    const start = source.offset(definition.position(pointer));
    const end = start + (pointerSegments(pointer).at(-1) ?? "").length;
    const message = `"${what}" is not supported yet${task === undefined ? "" : `, in task ${quoted(task)}`}`;
    findings.set(`${start} ${message}`, { severity: "error", start, end, message });
  }
  const sorted = [...findings.values()].sort((left, right) => left.start - right.start);
  return sorted.map((finding) => source.diagnostic(finding));
}
