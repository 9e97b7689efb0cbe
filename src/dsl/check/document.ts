import type { Json } from "../../expression/json.ts";
import { checkShape } from "../shape/check.ts";
import { workflow } from "../shape/document.ts";
import type { Findings } from "../source/finding.ts";
import type { Place } from "../source/place.ts";
import { asObject } from "./context.ts";
import { checkExpressions } from "./expressions.ts";
import { filledSlots } from "./filled-slots.ts";
import { checkFlow } from "./flow.ts";
import { checkMentions } from "./mentions.ts";
import { checkReferences } from "./references.ts";
import { checkVariables } from "./variables.ts";
import { checkVersion, isOldFormat, reportOldFormat } from "./version.ts";
import { tasksOf } from "./walk.ts";

/** Everything that can be wrong with a definition apart from its YAML. */
export function checkDocument(value: Json, place: Place, findings: Findings): void {
  const document = asObject(value);
  if (isOldFormat(document)) {
    reportOldFormat({ document, place, findings });
    return;
  }
  const tasks = [...tasksOf(document)];
  const context = { document, place, findings, tasks, slots: [...filledSlots(document, tasks)] };
  checkShape(workflow, value, place, findings);
  checkVersion(context);
  checkFlow(context);
  checkReferences(context);
  checkVariables(context);
  checkMentions(context);
  checkExpressions(context);
}
