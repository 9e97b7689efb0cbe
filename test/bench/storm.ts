/** Program: so many callers connect at once and start one execution each. Prints what became of them as one line of JSON. */
export interface Storm {
  /** Started. */
  readonly done: number;
  /** Refused with a time to come back. */
  readonly told: number;
  /** Whose connection was refused. */
  readonly refused: number;
  /** Whose connection ended without an answer. */
  readonly broken: number;
  /** From the first connection to the last answer. */
  readonly lastMs: number;
}

if (import.meta.main) {
  const [path = "", name = "", callers = "0"] = process.argv.slice(2);
  const from = performance.now();
  const ends = await Promise.all(
    Array.from({ length: Number(callers) }, (_, n) => call(path, `${name}${n}`)),
  );
  const of = (end: End) => ends.filter((one) => one === end).length;
  const storm: Storm = {
    done: of("done"),
    told: of("told"),
    refused: of("refused"),
    broken: of("broken"),
    lastMs: performance.now() - from,
  };
  console.log(JSON.stringify(storm));
  process.exit(0);
}

type End = "done" | "told" | "refused" | "broken";

function call(unix: string, id: string): Promise<End> {
  const body = JSON.stringify({ id, workflow: { namespace: "test", name: "ten-sets" }, input: '{"n":0}' });
  const head =
    "POST /pawl.v1.ExecutionService/Start HTTP/1.1\r\nhost: pawl\r\ncontent-type: application/json";
  return new Promise((resolve) => {
    const handlers: Bun.SocketHandler<undefined> = {
      open: (socket) => void socket.write(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
      data(socket, chunk) {
        const text = chunk.toString("latin1");
        const told = text.startsWith("HTTP/1.1 429") && /\r\nretry-after: 1\r\n/i.test(text);
        resolve(text.startsWith("HTTP/1.1 200") ? "done" : told ? "told" : "broken");
        socket.end();
      },
      close: () => resolve("broken"),
      connectError: () => resolve("refused"),
    };
    Bun.connect({ unix, socket: handlers }).catch(() => resolve("refused"));
  });
}
