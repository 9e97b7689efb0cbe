/**
 * Lives in which a promise was broken once, and what it was. Each was seen to break when its repair was taken back; after a
 * change of the generator they are other lives, and have to be found anew the same way.
 */
export const regressions: readonly {
  readonly seed: number;
  readonly steps: number;
  readonly what: string;
}[] = [
  { seed: 16, steps: 200, what: "a snapshot held events that followed it in the same batch" },
  { seed: 8, steps: 200, what: "time ran backwards after a snapshot, when the clock had been set back" },
  { seed: 0, steps: 200, what: "children that were waiting for their turn were not counted" },
  { seed: 50, steps: 200, what: "after an upgrade a replay showed the new version as what was seen before" },
  {
    seed: 5,
    steps: 200,
    what: "an activity whose request could not be read was forgotten until the next start",
  },
];
