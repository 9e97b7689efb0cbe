import type { Json } from "../../expression/json.ts";
import { checkShape } from "../shape/check.ts";
import { workflow } from "../shape/document.ts";
import type { Findings } from "../source/finding.ts";
import type { Place } from "../source/place.ts";
import { asObject } from "./context.ts";
import { checkExpressions } from "./expressions.ts";
import { checkFlow } from "./flow.ts";
import { checkMentions } from "./mentions.ts";
import { checkReferences } from "./references.ts";
import { checkVariables } from "./variables.ts";
import { checkVersion, isOldFormat, reportOldFormat } from "./version.ts";

/** Everything that can be wrong with a definition apart from its YAML. */
export function checkDocument(value: Json, place: Place, findings: Findings): void {
  const context = { document: asObject(value), place, findings };
  if (isOldFormat(context.document)) {
    reportOldFormat(context);
    return;
  }
  checkShape(workflow, value, place, findings);
  checkVersion(context);
  checkFlow(context);
  checkReferences(context);
  checkVariables(context);
  checkMentions(context);
  checkExpressions(context);
}
