/**
 * Lives in which a promise was broken once, and what it was. Each was seen to break when its repair was taken back; after a
 * change of the generator, or of what the engine asks of the store, they are other lives, and have to be found anew so.
 */
export const regressions: readonly {
  readonly seed: number;
  readonly steps: number;
  readonly what: string;
}[] = [
  { seed: 2, steps: 200, what: "a snapshot held events that followed it in the same batch" },
  { seed: 3, steps: 200, what: "time ran backwards after a snapshot, when the clock had been set back" },
  { seed: 0, steps: 200, what: "children that were waiting for their turn were not counted" },
  { seed: 58, steps: 200, what: "after an upgrade a replay showed the new version as what was seen before" },
  { seed: 29, steps: 200, what: "a timer was early by its event, when the clock had been set back" },
  { seed: 71, steps: 200, what: "an activity whose request could not be read was forgotten" },
  { seed: 51, steps: 200, what: "an activity whose secret could not be read failed" },
  { seed: 59, steps: 200, what: "retention took what ended with the same commit" },
  { seed: 90, steps: 200, what: "nobody looked again when the activity ended that kept an execution" },
  { seed: 1_002_026, steps: 400, what: "a history was cut short by the removal of its execution" },
];
