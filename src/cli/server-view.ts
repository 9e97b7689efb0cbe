import { chooseHome, locateHome } from "../config/home.ts";
import type { InfoResponse } from "../gen/pawl/v1/server_pb.ts";
import type { Context } from "./command.ts";
import { connectionFacts } from "./connection-view.ts";
import { statuses } from "./execution-view.ts";
import { printRecord } from "./record.ts";
import { age } from "./table.ts";
import { toData, toMs, toTime } from "./wire.ts";

/** A server as `server status -o json` has it: listed keys are always there. */
function serverRecord(info: InfoResponse) {
  const { pid, version, commit, instanceId: instance, home, socket, foreground, engine } = info;
  return {
    running: true,
    phase: "serving",
    pid,
    version,
    commit,
    instance,
    home,
    socket,
    startedAt: toTime(info.startedAt),
    foreground,
    engine: { kind: engine?.kind ?? "", state: engine?.state ?? "", details: toData(engine?.details ?? "") },
    executions: countsOf(engine),
  };
}

/** By every status there is; of a cluster that does not answer nothing is known. */
function countsOf(engine: InfoResponse["engine"]): Record<string, number> {
  const known = engine?.executions ?? {};
  if (engine?.kind === "temporal" && Object.keys(known).length === 0) return {};
  return Object.fromEntries(statuses.slice(1).map((status) => [status, Number(known[status] ?? 0)]));
}

/** Prints a server's state, or for people the short form when one is given. */
export async function printServer(context: Context, info: InfoResponse, short?: string): Promise<void> {
  const { printer, globals } = context;
  const record = serverRecord(info);
  if (globals.output !== "table" && globals.output !== "wide") {
    await printRecord(printer, globals.output, record, `server/${record.instance}`);
    return;
  }
  if (short !== undefined) return printer.line(short);
  const facts: [string, string][] = [
    ["Status", "running"],
    ["Pid", String(record.pid)],
    ["Version", `${record.version} (${record.commit})`],
    ["Instance", record.instance],
    ["Home", record.home],
    ["Socket", record.socket],
    ["Started", `${record.startedAt ?? "-"} (${age(info.startedAt && toMs(info.startedAt), Date.now())})`],
    ["Mode", record.foreground ? "foreground" : "background"],
    ["Engine", `${record.engine.kind}, ${record.engine.state}`],
    ...executionFacts(record),
  ];
  facts.push(...connectionFacts(record.engine.kind, record.engine.details, Date.now()));
  for (const [title, value] of facts) printer.line(`${title.padEnd(10)} ${value}`);
}

function executionFacts({ executions }: ReturnType<typeof serverRecord>): [string, string][] {
  const counts = Object.entries(executions);
  if (counts.length === 0) return [];
  const told = counts.filter(([, count]) => count > 0).map(([status, count]) => `${count} ${status}`);
  return [["Executions", told.join(", ") || "none"]];
}

/** Prints that no server runs on this home. */
export async function printAbsence(context: Context, short: string): Promise<void> {
  await printWithoutServer(context, { running: false, pid: null, phase: null }, short);
}

/** Prints a server that is on its way up or down, and cannot be asked. */
export async function printPhase(context: Context, phase: string, pid: number): Promise<void> {
  await printWithoutServer(context, { running: true, pid, phase }, `${phase} (pid ${pid})`);
}

interface Known {
  readonly running: boolean;
  readonly pid: number | null;
  readonly phase: string | null;
}

async function printWithoutServer({ printer, globals }: Context, known: Known, short: string): Promise<void> {
  const { path: home, socket } = locateHome(chooseHome(globals.home));
  if (globals.output === "table" || globals.output === "wide") return printer.line(short);
  const { running, pid, phase } = known;
  const unknown = { version: null, commit: null, instance: null };
  const rest = { startedAt: null, foreground: null, engine: null, executions: {} };
  await printRecord(
    printer,
    globals.output,
    { running, phase, pid, ...unknown, home, socket, ...rest },
    "server",
  );
}
