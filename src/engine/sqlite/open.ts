import { Activities } from "./activities.ts";
import { Catalog } from "./catalog.ts";
import { Children } from "./children.ts";
import { Committer } from "./committer.ts";
import { Counts } from "./counts.ts";
import { Deliveries } from "./deliveries.ts";
import { Executions } from "./executions.ts";
import { Inbox } from "./inbox.ts";
import { Journal } from "./journal.ts";
import { defaultLimits } from "./limits.ts";
import { Listing } from "./listing.ts";
import { due } from "./live.ts";
import { Loader } from "./loader.ts";
import type { SqliteEngineOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { Removals } from "./removals.ts";
import { Retention } from "./retention.ts";
import { Runner } from "./runner.ts";
import { migrate } from "./schema.ts";
import { Seal } from "./seal.ts";
import { Secrets } from "./secrets.ts";
import type { Connection } from "./store.ts";
import { Sweeper } from "./sweeper.ts";
import { Timers } from "./timers.ts";
import { stopping } from "./views.ts";
import { Watchers } from "./watchers.ts";
import { Writers } from "./writers.ts";

/**
 * Opens the store, puts the engine together, and lets go on what was under way. Throws the store's failures.
 */
export function openParts(options: SqliteEngineOptions): Parts {
  const connection = options.store.open();
  try {
    migrate(connection, options.store.path);
    const parts = assemble(options, connection);
    try {
      recover(parts);
    } catch (error) {
      dismiss(parts);
      throw error;
    }
    return parts;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function assemble(options: SqliteEngineOptions, connection: Connection): Parts {
  const limits = { ...defaultLimits, ...options.limits };
  const runner = new Runner();
  const catalog = new Catalog(connection, limits, options);
  const executions = new Executions(connection);
  const journal = new Journal(connection);
  const seal = new Seal(connection, journal);
  seal.check(options.store.path);
  const deliveries = new Deliveries(connection);
  const writers = new Writers(connection, options.version ?? "unknown");
  const { runActivity, policy, log, clock, retain, observer } = options;
  const wake = () => runner.schedule();
  const committer = new Committer(connection, wake, observer, seal);
  const secrets = new Secrets(connection, committer, clock);
  const activities = new Activities(connection, {
    runActivity,
    readSecrets: (names) => secrets.read(names),
    policy,
    log,
    limit: limits.activities,
    lengthLimit: limits.dataLength,
    ended: ({ execution }, event) => runner.deliver(execution, { event, slot: true }),
    freed: wake,
  });
  const removals = new Removals(connection, { journal, activities, catalog, executions });
  const retention = retain && new Retention(connection, clock, retain, wake);
  const parts: Parts = {
    options,
    limits,
    connection,
    catalog,
    executions,
    listing: new Listing(connection),
    journal,
    writers,
    deliveries,
    runner,
    committer,
    secrets,
    inbox: new Inbox(connection, limits.keptEvents),
    loader: new Loader(executions, journal, catalog, writers),
    children: new Children(executions, catalog, deliveries, limits.depth),
    timers: new Timers(connection, clock, {
      fired: (execution, timer, at) => {
        observer?.timerFired(clock.now() - at);
        runner.deliver(execution, { event: { type: "timer-fired", timer }, notBefore: at });
      },
      rang: wake,
    }),
    activities,
    sweeper: new Sweeper(removals, retention, { rows: limits.sweepRows, bytes: limits.sweepBytes }),
    watchers: new Watchers(),
    counts: new Counts(executions.live()),
  };
  runner.parts = parts;
  return parts;
}

/** Of a start that failed nothing goes on. */
function dismiss({ timers, sweeper, activities, runner }: Parts): void {
  timers.stop();
  sweeper.stop();
  void activities.stop();
  runner.stop(stopping());
}

/** Only names are read; executions are loaded when it is their turn. */
function recover(parts: Parts): void {
  const { catalog, connection, executions, deliveries, activities, timers, runner, journal, writers } = parts;
  connection.transaction(() => {
    catalog.removeUnused();
    writers.begin(journal.position + 1);
  });
  for (const execution of executions.due()) runner.deliver(execution, due);
  for (const { key, execution, event } of deliveries.pending()) {
    runner.deliver(execution, { event, delivery: key });
  }
  activities.recover();
  timers.ring();
}
