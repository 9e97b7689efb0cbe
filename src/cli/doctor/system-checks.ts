import { existsSync, readFileSync } from "node:fs";
import { commit, version } from "../../config/version.ts";
import type { Finding } from "./home-checks.ts";

const enoughDescriptors = 1024;

/** This executable and what the system allows it. */
export function inspectSystem(): Finding[] {
  const message = `pawl ${version} (${commit}), Bun ${Bun.version}, ${process.platform} ${process.arch}`;
  const findings: Finding[] = [{ level: "ok", check: "client", message }];
  if (!existsSync(process.execPath)) {
    findings.push({
      level: "warning",
      check: "client",
      message: `${process.execPath} was deleted or replaced since this process began`,
      fix: "Open a new shell",
    });
  }
  const descriptors = descriptorLimit();
  if (descriptors !== undefined) {
    const few = descriptors < enoughDescriptors;
    findings.push({
      level: few ? "warning" : "ok",
      check: "limits",
      message: `${descriptors} open files allowed`,
      ...(few && { fix: `ulimit -n ${enoughDescriptors}` }),
    });
  }
  return findings;
}

function descriptorLimit(): number | undefined {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return line === null ? undefined : Number(line[1]);
  } catch {
    return undefined;
  }
}
