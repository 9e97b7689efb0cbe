/** Program: a server of nothing but its health that soon ends, and a client that obtains it again: HOME ROUNDS. */
import type { Socket } from "node:net";
import { Deadline } from "../../src/client/first.ts";
import { obtain } from "../../src/client/obtain.ts";
import { locateHome } from "../../src/config/home.ts";
import { runDaemon } from "../../src/daemon/daemon.ts";
import type { CreateService, Identity } from "../../src/daemon/service.ts";

const idleExitMs = 3;
const words = process.argv.slice(2);

function answer(socket: Socket, { version, homeId, instanceId }: Identity): void {
  const head = [
    "HTTP/1.1 200 OK",
    "content-type: application/proto",
    "content-length: 2",
    "connection: close",
    "pawl-service: pawl",
    "pawl-api: 1",
    `pawl-version: ${version}`,
    `pawl-home: ${homeId}`,
    `pawl-instance: ${instanceId}`,
  ];
  socket.on("error", () => {});
  socket.once("data", () =>
    socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), Buffer.of(8, 1)])),
  );
}

const create: CreateService = (identity) => ({
  open: async () => {},
  lifetime: () => ({ idleExitMs }),
  accept: (socket) => answer(socket, identity),
  close: async () => {},
});

if (words[0] === "serve") {
  process.exit(await runDaemon({ home: words.at(-1)!, foreground: false, create }));
}
const home = locateHome(words[0]!);
const instances = new Set<string>();
for (let round = 0; round < Number(words[1]); round++) {
  const deadline = new Deadline(20_000);
  // The stimulus: arrivals at every distance from the moment at which the server has had enough.
  await new Promise((resolve) => setTimeout(resolve, round % (2 * idleExitMs)));
  instances.add((await obtain(home, { start: true, notice: () => {}, deadline })).instanceId);
}
console.log(instances.size);
process.exit(0);
