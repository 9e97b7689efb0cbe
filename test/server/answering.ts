/** The API over an engine in memory, behind an HTTP server of this process; and callers that say what the wire says. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../src/engine/engine.ts";
import { systemClock } from "../../src/engine/sqlite/clock.ts";
import { memoryStore } from "../../src/engine/sqlite/database.ts";
import { systemRandom } from "../../src/engine/sqlite/random.ts";
import { createSqliteEngine } from "../../src/engine/sqlite/sqlite.ts";
import type { Context } from "../../src/server/context.ts";
import { Drain } from "../../src/server/drain.ts";
import { createHealth } from "../../src/server/health.ts";
import type { Handler } from "../../src/server/lane.ts";
import { Peers } from "../engine/peers.ts";

/** The engine is started; `context` is what a server would work with. */
export async function contextInMemory(changed: Partial<Context["identity"]> = {}) {
  const peers = new Peers();
  const engine: Engine = createSqliteEngine({
    store: memoryStore(),
    clock: systemClock,
    random: systemRandom,
    runActivity: peers.run,
    policy: { environment: {}, directory: tmpdir(), maxBytes: 1 << 20 },
    log: () => {},
    durability: "output",
  });
  await engine.start();
  const health = createHealth();
  health.set("serving");
  const identity = {
    pid: 1,
    version: "1.2.3",
    commit: "c",
    homeId: "h",
    instanceId: "i",
    home: "/home",
    socket: "/home/socket",
    startedAt: 0,
    foreground: true,
    ...changed,
  };
  const drain = new Drain();
  const context: Context = { engine, identity, health, drain, shutdown: () => {}, log: () => {} };
  return { engine, peers, drain, context };
}

/** Listens on the socket, or on one of its own. */
export async function listen(handler: Handler, given?: string) {
  const folder = mkdtempSync(join(tmpdir(), "pawl-answering-"));
  const socket = given ?? join(folder, "socket");
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(socket, () => resolve()));
  return {
    socket,
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Answer {
  readonly status: string;
  /** Sorted; without the date. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** Sends the bytes, a piece a turn, on a connection of its own, which ends when the answer is there; that as it stands. */
export async function exchange(path: string, ...pieces: readonly Uint8Array[]): Promise<Answer> {
  const socket = connect(path);
  const answered = new Promise<string>((resolve, reject) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (isComplete(text)) resolve(text);
    });
    socket.once("end", () => resolve(text));
    socket.once("error", reject);
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((next) => setImmediate(next));
  }
  const answer = await answered;
  socket.destroy();
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  const [status = "", ...headers] = head.split("\r\n");
  const kept = headers.map(lowerName).filter((header) => !header.startsWith("date:"));
  return { status, headers: kept.toSorted(), body: rest.join("\r\n\r\n") };
}

function isComplete(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  return length === undefined ? text.endsWith("0\r\n\r\n") : text.length >= head + 4 + Number(length);
}

const lowerName = (header: string) => header.replace(/^[^:]*/, (name) => name.toLowerCase());
