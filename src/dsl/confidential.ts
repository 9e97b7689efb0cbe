import type { Limits } from "../expression/expression.ts";
import type { Json } from "../expression/json.ts";
import type { SlotForm } from "./slot-form.ts";
import type { SlotKind } from "./slots.ts";

/**
 * What every request to an activity may carry beside its own. No secret ever stands in a request: it says which ones
 * there are, and what is to be evaluated where they are known.
 */
export interface Confidential {
  /** The names under `use.secrets`: what the request may use, and what must not be seen in its result. Absent: none. */
  readonly secrets?: readonly string[];
  /** The parts of the request that are still missing. */
  readonly deferred?: readonly DeferredSlot[];
}

/**
 * A slot that mentions `$secrets` or `$authorization`, with everything else it needs: the activity evaluates it, and
 * puts its value into the request. It stands apart from the request's data, which is never evaluated.
 */
export interface DeferredSlot {
  /** JSON pointer into the request: where the value belongs. */
  readonly at: string;
  readonly form: SlotForm;
  /** JSON pointer of the slot in the definition. */
  readonly label: string;
  /** The slot as it stands in the definition. */
  readonly value: Json;
  readonly kind: SlotKind;
  readonly mode: "strict" | "loose";
  readonly input: Json;
  /** The other variables that it mentions. */
  readonly variables: Readonly<Record<string, Json>>;
  /** The instant of `now`, in ms since the epoch. */
  readonly nowMs: number;
  /** The bounds of expressions, where they are not the default ones. */
  readonly limits?: Limits;
}
