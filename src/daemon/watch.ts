import { type FSWatcher, lstatSync, watch } from "node:fs";
import { dirname } from "node:path";
import type { Home } from "../config/home.ts";

/** How long deletions must have ended before lost files are made again: `rm -rf` deletes one after the other. */
const quietMs = 100;

export interface HomeWatch {
  close(): void;
}

/**
 * Watches what a server lives on. `onGone` when its directory was deleted or moved away; `onChange` once something changed:
 * at once when a client asks for it (by touching the lock), else when the changes have paused.
 */
export function watchHome(home: Home, onChange: () => void, onGone: () => void): HomeWatch {
  const inode = lstatSync(home.run).ino;
  let timer: Timer | undefined;
  let watchers: FSWatcher[] = [];

  function close(): void {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
    watchers = [];
  }

  function settle(): void {
    clearTimeout(timer);
    timer = undefined;
    onChange();
  }

  function look(event: string, name: string | Buffer | null): void {
    if (watchers.length === 0) return;
    if (lstatSync(home.run, { throwIfNoEntry: false })?.ino !== inode) {
      close();
      onGone();
    } else if (event === "change" && name === "daemon.lock") {
      settle();
    } else {
      timer ??= setTimeout(settle, quietMs);
    }
  }

  for (const path of new Set([home.run, home.path, dirname(home.socket)])) {
    const watcher = watch(path, look);
    watcher.on("error", () => look("error", null));
    watchers.push(watcher);
  }
  return { close };
}
