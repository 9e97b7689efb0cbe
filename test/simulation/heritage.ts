import type { Medium } from "./medium.ts";
import type { World } from "./world.ts";

/** A backup, and what had been promised when it was asked for: whoever opens it finds all of that. */
export interface Heritage {
  readonly from: World;
  readonly medium: Medium;
  readonly nowMs: number;
  readonly keptEvents: number;
  readonly acknowledged: ReadonlyMap<string, "started" | "cancelled">;
  readonly published: readonly { readonly source: string; readonly id: string }[];
  readonly secrets: ReadonlyMap<string, string | null>;
}

/** What is promised now; call what is answered once the backup stands under this path. */
export function promisesOf(world: World): (path: string) => Heritage {
  const acknowledged = new Map(world.acknowledged);
  const published = [...world.published];
  const secrets = world.secrecy.promises();
  return (path) => ({
    from: world,
    medium: world.store.backups.get(path)!.copy(),
    nowMs: world.clock.now(),
    keptEvents: world.keptEvents,
    // What went meanwhile may have gone before the copy was made.
    acknowledged: new Map([...acknowledged].filter(([id]) => !world.ledger.gone.has(id))),
    published,
    secrets: world.secrecy.stillTrue(secrets),
  });
}
