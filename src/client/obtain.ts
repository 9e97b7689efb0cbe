import { existsSync } from "node:fs";
import { type Home, prepareHome } from "../config/home.ts";
import { platform } from "../daemon/platform/platform.ts";
import { fastAnswerMs, isOlder, isUsable, type ObtainOptions } from "./contact.ts";
import { introduce, type ServerAnswer } from "./handshake.ts";
import { asNoServer, notRunning } from "./no-server.ts";

let obtainedBefore = false;

/** Obtains a server (daemon.md "Client: obtain a server"). Rejects `unavailable` with the one reason why there is none. */
export async function obtain(home: Home, options: ObtainOptions): Promise<ServerAnswer> {
  const sinceMs = obtainedBefore ? Date.now() : performance.timeOrigin;
  obtainedBefore = true;
  const fastMs = Math.min(fastAnswerMs, options.deadline.remainingMs());
  const answering = introduce(home, fastMs, options.signal);
  if (existsSync(home.socket)) loadClients();
  const answer = await answering;
  if (isUsable(home, answer) && !isOlder(answer.server)) return answer.server;
  const known = existsSync(home.run);
  if (!options.start && !known) throw notRunning(home);
  try {
    const { Attempt } = await import("./attempt.ts");
    prepareHome(home);
    const attempt = new Attempt(home, await platform(), options, sinceMs, known, loadClients);
    try {
      return await attempt.run();
    } finally {
      attempt.close();
    }
  } catch (error) {
    throw asNoServer(error);
  }
}

/** What the call itself needs is read while the server is busy with its answer or its start. */
function loadClients(): void {
  import("./rpc.ts").catch(() => {});
}
