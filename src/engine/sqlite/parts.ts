import type { Activities } from "./activities.ts";
import type { Catalog } from "./catalog.ts";
import type { Children } from "./children.ts";
import type { Committer } from "./committer.ts";
import type { Counts } from "./counts.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Executions } from "./executions.ts";
import type { Inbox } from "./inbox.ts";
import type { Journal } from "./journal.ts";
import type { Limits } from "./limits.ts";
import type { Listing } from "./listing.ts";
import type { Loader } from "./loader.ts";
import type { SqliteEngineOptions } from "./options.ts";
import type { Runner } from "./runner.ts";
import type { Secrets } from "./secrets.ts";
import type { Connection } from "./store.ts";
import type { Sweeper } from "./sweeper.ts";
import type { Timers } from "./timers.ts";
import type { Watchers } from "./watchers.ts";
import type { Writers } from "./writers.ts";

/** What an open engine is made of. */
export interface Parts {
  readonly options: SqliteEngineOptions;
  readonly limits: Limits;
  readonly connection: Connection;
  readonly committer: Committer;
  readonly catalog: Catalog;
  readonly executions: Executions;
  readonly listing: Listing;
  readonly journal: Journal;
  readonly writers: Writers;
  readonly deliveries: Deliveries;
  readonly inbox: Inbox;
  readonly secrets: Secrets;
  readonly loader: Loader;
  readonly children: Children;
  readonly timers: Timers;
  readonly activities: Activities;
  readonly watchers: Watchers;
  readonly counts: Counts;
  readonly sweeper: Sweeper;
  readonly runner: Runner;
}
