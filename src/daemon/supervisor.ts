import type { Platform } from "./platform/platform.ts";

/** What a supervisor is told (sd_notify); to nobody when there is none. */
export interface Supervisor {
  ready(): void;
  stopping(): void;
}

/**
 * systemd's `Type=notify`: READY, STOPPING and, when asked for, a WATCHDOG sign of life twice in its period. Only for a server
 * in the foreground: one that a client started has none of the client's environment.
 */
export function supervisor(kernel: Platform, env: Readonly<Record<string, string | undefined>>): Supervisor {
  const socket = env["NOTIFY_SOCKET"];
  if (!socket) return { ready() {}, stopping() {} };
  const periodMs = Number(env["WATCHDOG_USEC"] ?? 0) / 1000;
  const meant = env["WATCHDOG_PID"] === undefined || env["WATCHDOG_PID"] === String(process.pid);
  const say = (text: string) => kernel.notify(socket, text);
  return {
    ready() {
      say(`READY=1\nMAINPID=${process.pid}`);
      if (meant && periodMs > 0) setInterval(() => say("WATCHDOG=1"), periodMs / 2).unref();
    },
    stopping: () => say("STOPPING=1"),
  };
}
