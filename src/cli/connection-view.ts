/** What a server whose engine is Temporal tells of it; whatever is missing is not told. */
interface Details {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly connection: string;
  readonly since: string;
  readonly attempts: number;
  readonly attemptsTotal: number;
  readonly isAttempting: boolean;
  readonly nextAttemptAt: string;
  readonly lastError: string;
  readonly lastErrorAt: string;
  readonly workersRunning: number;
  readonly polls: { readonly workflows: number; readonly activities: number };
  readonly activitiesRunning: number;
  readonly executionsCached: number;
  readonly queue: unknown;
  readonly settings: readonly { readonly name: string; readonly value: string; readonly origin: string }[];
}

/** How an engine on another server stands with it, as titles and values. */
export function connectionFacts(kind: string, details: unknown, nowMs: number): [string, string][] {
  if (kind !== "temporal" || typeof details !== "object" || details === null) return [];
  const known = details as Partial<Details>;
  const { lastError, lastErrorAt, settings = [] } = known;
  return [
    ["Temporal", `${known.address}, namespace ${known.namespace}, task queue ${known.taskQueue}`],
    ...settings.map(({ name, value, origin }, index): [string, string] => [
      index === 0 ? "Settings" : "",
      `${name} ${value} from ${origin}`,
    ]),
    ["Connection", connection(known, nowMs)],
    ...(lastError === undefined
      ? []
      : [["Last error", `${lastError}${lastErrorAt ? ` (${lastErrorAt})` : ""}`] as [string, string]]),
    ["Workers", workers(known)],
    ...queueFacts(known.queue),
  ];
}

/** What waits on the server until the engine's other side is back. */
function queueFacts(queue: unknown): [string, string][] {
  if (typeof queue !== "object" || queue === null) return [];
  const { executions, bytes, notStarted, oldest } = queue as Record<string, unknown>;
  const since = oldest === undefined ? "" : `, ${bytes} bytes, the oldest since ${oldest}`;
  return [["Queue", `${executions} pending${since}; ${notStarted} not started`]];
}

function connection(
  { connection: state, since, nextAttemptAt, ...known }: Partial<Details>,
  nowMs: number,
): string {
  const { attempts = 0, attemptsTotal = 0 } = known;
  const count = `${attemptsTotal} attempt${attemptsTotal === 1 ? "" : "s"} to connect in all`;
  const failed = attempts === 0 ? "" : `, ${attempts} failed in a row`;
  const inSeconds = Math.max(0, Math.ceil((Date.parse(nextAttemptAt ?? "") - nowMs) / 1_000));
  const when = known.isAttempting ? "is under way since" : `in ${inSeconds} s,`;
  const next = nextAttemptAt === undefined ? "" : `, the next ${when} ${nextAttemptAt}`;
  return `${state} since ${since}, ${count}${failed}${next}`;
}

function workers({ workersRunning = 0, polls, ...known }: Partial<Details>): string {
  const { activitiesRunning = 0, executionsCached = 0 } = known;
  const polled = [polls?.workflows ? "executions" : "", polls?.activities ? "activities" : ""].filter(
    Boolean,
  );
  const asks = polled.length === 0 ? "asks for nothing" : `asks for ${polled.join(" and ")}`;
  return `${workersRunning} running, ${asks}; ${activitiesRunning} activities running, ${executionsCached} executions in memory`;
}
