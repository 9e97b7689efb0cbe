import { accessSync, constants, lstatSync, type Stats, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { Home } from "../../config/home.ts";

/** One line of `pawl doctor`. */
export interface Finding {
  readonly level: "ok" | "warning" | "error";
  /** What was looked at, one or two words. */
  readonly check: string;
  readonly message: string;
  /** The command that mends it. */
  readonly fix?: string;
}

const enoughBytes = 256 * 2 ** 20;
const fewBytes = 16 * 2 ** 20;

/** The directory, who may enter it, and the room left on its disk. */
export function inspectHome(home: Home): Finding[] {
  const findings: Finding[] = [];
  const found = look(home.path);
  if (found === undefined) {
    const parent = nearestExisting(home.path);
    findings.push(
      isWritable(parent)
        ? { level: "ok", check: "home", message: `${home.path} does not exist yet, it will be made` }
        : {
            level: "error",
            check: "home",
            message: `${home.path} does not exist, and ${parent} is not writable`,
            fix: "Choose another home with --home or PAWL_HOME",
          },
    );
  } else findings.push(judgeDirectory("home", home.path, found));
  const run = look(home.run);
  if (run !== undefined) findings.push(judgeDirectory("run", home.run, run));
  findings.push(judgeDisk(nearestExisting(home.path)));
  return findings;
}

function judgeDirectory(check: string, path: string, stats: Stats): Finding {
  const mode = (stats.mode & 0o777).toString(8).padStart(4, "0");
  const bad = (message: string, fix: string): Finding => ({ level: "error", check, message, fix });
  if (!stats.isDirectory()) return bad(`${path} is not a directory`, `mv '${path}' '${path}.old'`);
  if (stats.uid !== process.getuid?.()) {
    return bad(`${path} belongs to user ${stats.uid}`, "Run pawl as that user, or choose another --home");
  }
  if ((stats.mode & 0o022) !== 0) {
    return bad(`${path} is writable by others (${mode})`, `chmod go-w '${path}'`);
  }
  if (!isWritable(path)) return bad(`${path} is not writable (${mode})`, `chmod u+rwx '${path}'`);
  return { level: "ok", check, message: `${path} (${mode})` };
}

function judgeDisk(path: string): Finding {
  const { bavail, bsize } = statfsSync(path);
  const freeBytes = bavail * bsize;
  const message = `${Math.floor(freeBytes / 2 ** 20)} MiB free at ${path}`;
  if (freeBytes >= enoughBytes) return { level: "ok", check: "disk", message };
  const fix = "Free some disk space, or choose another home with --home";
  return { level: freeBytes < fewBytes ? "error" : "warning", check: "disk", message, fix };
}

/** Undefined when there is nothing, or nothing we may look at. */
export function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function nearestExisting(path: string): string {
  return look(path) === undefined && dirname(path) !== path ? nearestExisting(dirname(path)) : path;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
