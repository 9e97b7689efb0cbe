import { defineCommand } from "citty";
import { chooseHome, locateHome } from "../../config/home.ts";
import { lineOf } from "../command.ts";
import { type Finding, inspectHome } from "../doctor/home-checks.ts";
import { inspectServer } from "../doctor/server-checks.ts";
import { inspectSettings } from "../doctor/settings-checks.ts";
import { inspectStore } from "../doctor/store-checks.ts";
import { inspectSystem } from "../doctor/system-checks.ts";
import { inspectTemporal } from "../doctor/temporal-checks.ts";
import { printRecords } from "../record.ts";
import { stdoutStyle } from "../style.ts";

export const doctor = defineCommand({
  meta: {
    usage: "",
    description: "Check home, store, locks, socket, engine, disk and versions, and say what to do",
    details:
      "Changes nothing and starts no server. Exits 1 when something is broken; warnings alone exit 0.\n" +
      "With engine: temporal it also goes to Temporal step by step: name, connection, TLS, namespace, permission.",
    examples: [
      ["Is all well", "pawl doctor"],
      ["Only what is not", "pawl doctor -o jsonl | grep -v '\"ok\"'"],
    ],
  },
  async run(given) {
    const context = lineOf(given);
    const { printer, globals } = context;
    const home = locateHome(chooseHome(globals.home));
    const here = [
      ...inspectSystem(),
      ...inspectHome(home),
      ...(await inspectSettings(home)),
      ...(await inspectStore(home)),
    ];
    const server = await inspectServer(context, home);
    const findings: Finding[] = [...here, ...server.findings, ...(await inspectTemporal(home, server.info))];
    if (globals.output === "table" || globals.output === "wide") {
      const style = stdoutStyle(globals.color);
      const colors = { ok: style.green, warning: style.yellow, error: style.red };
      for (const { level, check, message, fix } of findings) {
        printer.line(`${colors[level](level.padEnd(7))}  ${check.padEnd(11)}  ${message}`);
        if (fix !== undefined) printer.line(`${" ".repeat(22)}→ ${fix}`);
      }
    } else {
      const names = findings.map(({ check, level }) => `${check}/${level}`);
      const records = findings.map((finding) => ({ ...finding, fix: finding.fix ?? null }));
      await printRecords(printer, globals.output, records, names);
    }
    return findings.some(({ level }) => level === "error") ? 1 : 0;
  },
});
