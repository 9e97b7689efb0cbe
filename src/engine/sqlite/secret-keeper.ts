import type { SecretKeeper } from "../engine.ts";
import type { Clock } from "./clock.ts";
import { Committer } from "./committer.ts";
import { migrate } from "./schema.ts";
import { Secrets } from "./secrets.ts";
import type { Store } from "./store.ts";

/** The secrets of a store, for an engine that keeps everything else elsewhere. Throws the store's failures. */
export function openSecrets(store: Store, clock: Clock): SecretKeeper {
  const connection = store.open();
  try {
    migrate(connection, store.path);
    const committer: Committer = new Committer(connection, () => committer.flush());
    const secrets = new Secrets(connection, committer, clock);
    return { secrets, read: (names) => secrets.read(names), close: () => connection.close() };
  } catch (error) {
    connection.close();
    throw error;
  }
}
