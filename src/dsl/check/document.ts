import type { Json } from "../../expression/json.ts";
import type { Findings } from "../source/finding.ts";
import type { Place } from "../source/place.ts";

export function checkDocument(_value: Json, _place: Place, _findings: Findings): void {}
