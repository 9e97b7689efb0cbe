/** The bounds of the embedded engine (G4); past one there is a clear error, and nothing is lost. */
export interface Limits {
  /** Activities that run at the same time; the others wait in the store. */
  readonly activities: number;
  /** Task steps of one slice. */
  readonly sliceTasks: number;
  /** Steps of expressions, and of comparing data, after which a slice ends with the task that is under way. */
  readonly sliceSteps: number;
  /** How long one turn takes slices before it commits and lets I/O in, in ms. */
  readonly turnMs: number;
  /** Slices of one turn. */
  readonly turnSlices: number;
  /** Executions that have not ended. */
  readonly liveExecutions: number;
  /** Starts that are not committed yet. */
  readonly pendingStarts: number;
  /** Idle executions kept in memory, and their approximate size in bytes. */
  readonly cachedExecutions: number;
  readonly cachedBytes: number;
  /** Compiled definitions kept in memory. */
  readonly cachedDefinitions: number;
  /** The length of their texts, in characters; each costs some 20 bytes of memory. */
  readonly cachedDefinitionLength: number;
  /** JSON text of an input, an activity's result or a CloudEvent, in characters. */
  readonly dataLength: number;
  /** JSON text of an execution's whole state, in characters. */
  readonly stateLength: number;
  /** CloudEvents of one publish, and CloudEvents kept: the newest. */
  readonly publishEvents: number;
  readonly keptEvents: number;
  /** How deep workflows may run workflows. */
  readonly depth: number;
  /** Executions in one list. */
  readonly listed: number;
  /** Workflows in one list. */
  readonly listedWorkflows: number;
  /** A list of executions ends after so many characters of input and outcome. */
  readonly listedLength: number;
  /** Records that `history` answers: a fifth of them the first, the others the last. */
  readonly historyRecords: number;
  /** Records up to which an execution is replayed whole for it. */
  readonly historyReplay: number;
  /** While the store refuses to write: how long until it is tried again, in ms. */
  readonly retryMs: number;
  /** Replays below this cost, in records, need no snapshot. */
  readonly replayCost: number;
  /** Rows and bytes of what one commit removes of executions that go. */
  readonly sweepRows: number;
  readonly sweepBytes: number;
  /** How long a stop waits for activities that were cut off, in ms. */
  readonly stopMs: number;
}

export const defaultLimits: Limits = {
  activities: 256,
  sliceTasks: 1_000,
  sliceSteps: 100_000,
  turnMs: 4,
  turnSlices: 512,
  liveExecutions: 1_000_000,
  pendingStarts: 20_000,
  cachedExecutions: 1_000,
  cachedBytes: 32 << 20,
  cachedDefinitions: 256,
  cachedDefinitionLength: 4 << 20,
  dataLength: 32 << 20,
  stateLength: 128 << 20,
  publishEvents: 1_000,
  keptEvents: 100_000,
  depth: 64,
  listed: 1_000,
  listedWorkflows: 10_000,
  listedLength: 64 << 20,
  historyRecords: 5_000,
  historyReplay: 200_000,
  retryMs: 1_000,
  replayCost: 2_000,
  sweepRows: 256,
  sweepBytes: 4 << 20,
  stopMs: 2_000,
};
