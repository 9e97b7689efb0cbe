import type { WorkflowDocument } from "../dsl/types.ts";

/** A definition, compiled by `prepare`. Immutable; holds closures, so it is made anew on each machine. */
export interface Program {
  readonly document: WorkflowDocument;
}
