import type { JsonObject } from "../../expression/json.ts";
import { Failure } from "../../failure.ts";

/** The attributes every CloudEvent has, and its size. Throws `invalid_argument`, `resource_exhausted`. */
export function checkCloudEvent(event: JsonObject, index: number, lengthLimit: number): void {
  if (JSON.stringify(event).length > lengthLimit) {
    throw new Failure(
      "resource_exhausted",
      `Event ${index + 1} is longer than ${lengthLimit} characters of JSON`,
      {
        reason: "event-too-large",
        hint: "Pass a reference to the data instead of the data",
      },
    );
  }
  for (const attribute of ["id", "source", "type"]) {
    const value = event[attribute];
    if (typeof value === "string" && value !== "") continue;
    throw new Failure("invalid_argument", `Event ${index + 1} has no "${attribute}"`, {
      reason: "event-invalid",
      hint: `Give it a "${attribute}" that is a text and not empty (CloudEvents 1.0)`,
    });
  }
}
