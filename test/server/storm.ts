import { readFileSync } from "node:fs";

/** One caller of a storm: a connection of its own, and one call on it over the Connect protocol. */
export class Caller {
  readonly #socket: Bun.Socket<undefined>;
  readonly #answered = Promise.withResolvers<string>();

  static async connect(path: string): Promise<Caller> {
    let text = "";
    const handlers: Bun.SocketHandler<undefined> = {
      data: (_, chunk) => {
        text += chunk.toString();
        const head = text.indexOf("\r\n\r\n");
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (head >= 0 && text.length >= head + 4 + length) caller.#answered.resolve(text);
      },
      close: () => caller.#answered.resolve(text),
    };
    const caller: Caller = new Caller(await Bun.connect({ unix: path, socket: handlers }));
    return caller;
  }

  private constructor(socket: Bun.Socket<undefined>) {
    this.#socket = socket;
  }

  /** Sends the call, whatever else is going on; the answer is the whole response as text. */
  call(method: string, body: unknown): Promise<string> {
    const text = JSON.stringify(body);
    this.#socket.write(
      `POST /${method} HTTP/1.1\r\nhost: pawl\r\ncontent-type: application/json\r\n` +
        `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
    return this.#answered.promise;
  }

  close(): void {
    this.#socket.end();
  }
}

/** How many connections the kernel lets wait for a server that asks for more. */
export const longestQueue =
  process.platform === "linux" ? Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8")) : 128;

/** So many callers, connected as many at once as the kernel lets wait: whoever is answered by `look` stood behind them. */
export async function callers(path: string, count: number, look: () => Promise<unknown>): Promise<Caller[]> {
  const all: Caller[] = [];
  while (all.length < count) {
    const some = Math.min(4_096, longestQueue, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: some }, () => Caller.connect(path)))));
    await look();
  }
  return all;
}
