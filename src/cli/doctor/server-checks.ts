import type { Home } from "../../config/home.ts";
import { version } from "../../config/version.ts";
import { type Platform, type ProcessHandle, platform } from "../../daemon/platform/platform.ts";
import { Failure } from "../../failure.ts";
import type { InfoResponse } from "../../gen/pawl/v1/server_pb.ts";
import type { Context } from "../command.ts";
import { clientOptions } from "../connection.ts";
import { type Finding, look } from "./home-checks.ts";

const answerDeadlineMs = 2_000;

export interface InspectedServer {
  readonly findings: readonly Finding[];
  /** What it says of itself, when it answers. */
  readonly info?: InfoResponse;
}

/** Locks, socket, and the server behind them. */
export async function inspectServer(context: Context, home: Home): Promise<InspectedServer> {
  const kernel = await platform();
  const findings = [...inspectLocks(kernel, home), ...inspectSocket(home)];
  const holder = describeHolder(kernel, kernel.lockHolder(home.daemonLock));
  try {
    const { call } = await import("../../client/client.ts");
    const options = clientOptions(context, { start: false, deadlineMs: answerDeadlineMs });
    const info = await call(options, ({ server }, signal) => server.info({}, { signal }), {
      repeatable: true,
    });
    return { findings: [...findings, ...judgeServer(info)], info };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (holder === undefined) {
      const message = "not running, the next verb starts one";
      return { findings: [...findings, { level: "ok", check: "server", message }] };
    }
    const message = `${holder} does not answer: ${error.message}`;
    const fix = error.hint ?? "pawl server restart";
    return { findings: [...findings, { level: "error", check: "server", message, fix }] };
  }
}

function inspectLocks(kernel: Platform, home: Home): Finding[] {
  return [home.startLock, home.daemonLock].flatMap((path): Finding[] => {
    const stats = look(path);
    if (stats === undefined) return [];
    if (!stats.isFile()) {
      return [
        {
          level: "error",
          check: "locks",
          message: `${path} is not a file`,
          fix: `mv '${path}' '${path}.old'`,
        },
      ];
    }
    const holder = describeHolder(kernel, kernel.lockHolder(path));
    return [{ level: "ok", check: "locks", message: `${path} ${holder ? `held by ${holder}` : "is free"}` }];
  });
}

function describeHolder(kernel: Platform, handle: ProcessHandle | undefined): string | undefined {
  if (handle === undefined) return undefined;
  const { pid } = handle;
  handle.close();
  return `process ${pid} (${kernel.processState(pid)})`;
}

function inspectSocket(home: Home): Finding[] {
  const stats = look(home.socket);
  if (stats === undefined) return [{ level: "ok", check: "socket", message: `${home.socket} is not there` }];
  if (stats.isSocket()) return [{ level: "ok", check: "socket", message: home.socket }];
  const message = `${home.socket} is not a socket`;
  return [{ level: "error", check: "socket", message, fix: `mv '${home.socket}' '${home.socket}.old'` }];
}

function judgeServer(info: InfoResponse): Finding[] {
  const who = `pid ${info.pid}, version ${info.version} (${info.commit})`;
  const same = info.version === version;
  const ready = info.engine?.state === "ready";
  return [
    same
      ? { level: "ok", check: "server", message: who }
      : {
          level: "warning",
          check: "server",
          message: `${who}, this client is ${version}`,
          fix: info.foreground ? "Restart the process that runs `pawl serve`" : "pawl server restart",
        },
    {
      level: ready ? "ok" : "warning",
      check: "engine",
      message: `${info.engine?.kind}, ${info.engine?.state}`,
      ...(!ready && { fix: "pawl server logs" }),
    },
  ];
}
