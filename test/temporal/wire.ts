import { connect, createServer, type Server, type Socket } from "node:net";

/** The way to a server, which a test can cut. */
export interface Wire {
  /** HOST:PORT, the same all the time. */
  readonly address: string;
  /** Breaks what is there, and refuses what comes. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** To HOST:PORT; whole at first. */
export async function openWire(to: string): Promise<Wire> {
  const sockets = new Set<Socket>();
  const [host, behindPort] = to.split(":") as [string, string];
  const join = (client: Socket) => {
    const behind = connect(Number(behindPort), host);
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  };
  const listen = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer(join);
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(server));
    });
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as { port: number };
  const cut = async () => {
    const closing = server;
    server = undefined;
    const closed = new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    address: `127.0.0.1:${port}`,
    cut,
    async mend() {
      server ??= await listen(port);
    },
    close: cut,
  };
}
