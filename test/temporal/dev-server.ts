import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTemporal, temporalCli } from "../../scripts/temporal.ts";

/** A real Temporal server on loopback; its state outlives it, until `close`. */
export interface DevServer {
  /** HOST:PORT, the same in all its lives. */
  readonly address: string;
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** As if it hung: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
  createNamespace(name: string): Promise<void>;
  close(): Promise<void>;
}

/** The text of a `config.yaml` for a Temporal there; what else this machine's user has of Temporal is left alone. */
export const configFor = (address: string) =>
  `engine: temporal\ntemporal-address: ${address}\ntemporal-config-file: /dev/null\n`;

/** Not started yet. */
export async function openDevServer(): Promise<DevServer> {
  const cli = findTemporal();
  if (cli === undefined) throw new Error(`There is no Temporal server: go install ${temporalCli}`);
  const folder = await mkdtemp(join(tmpdir(), "pawl-temporal-"));
  const [port, http, metrics] = freePorts(3);
  const words = ["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--log-level", "never"];
  const ports = ["--port", `${port}`, "--http-port", `${http}`, "--metrics-port", `${metrics}`];
  let life: Bun.Subprocess<"ignore", "pipe", "ignore"> | undefined;
  const kill = async () => {
    life?.kill("SIGKILL");
    await life?.exited;
    life = undefined;
  };
  return {
    address: `127.0.0.1:${port}`,
    async start() {
      life = Bun.spawn([cli, ...words, ...ports, "--db-filename", join(folder, "temporal.db")], {
        stdio: ["ignore", "pipe", "ignore"],
        env: { PATH: process.env["PATH"], HOME: folder },
      });
      await told(life.stdout, "Metrics:");
    },
    kill,
    freeze: () => life?.kill("SIGSTOP"),
    thaw: () => life?.kill("SIGCONT"),
    async createNamespace(name) {
      const words = ["operator", "namespace", "create", "--namespace", name];
      const child = Bun.spawn([cli, ...words, "--address", `127.0.0.1:${port}`], {
        stdio: ["ignore", "ignore", "pipe"],
        env: { PATH: process.env["PATH"], HOME: folder },
      });
      const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
      if (code !== 0) throw new Error(stderr);
    },
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when a word was said; it says nothing before it serves. */
async function told(output: ReadableStream<Uint8Array>, word: string): Promise<void> {
  const decoder = new TextDecoder();
  const reader = output.getReader();
  let text = "";
  while (!text.includes(word)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The Temporal server ended: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
}

/** Each another, and free a moment ago. */
function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () =>
    Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } }),
  );
  const ports = listeners.map(({ port }) => port);
  for (const listener of listeners) listener.stop(true);
  return ports;
}
