import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const binary = resolve(process.env["PAWL_BINARY"] ?? "dist/pawl");

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** A directory with a home in it; commands run in the directory, on that home. */
export class Place {
  readonly directory = mkdtempSync(join(tmpdir(), "pawl-cli-"));
  readonly home = join(this.directory, "home");
  #server: Bun.Subprocess | undefined;

  async pawl(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const child = this.start(words, options);
    const [stdout, stderr, code] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    return { code, stdout, stderr };
  }

  /** The same, without waiting for the end. */
  start(words: readonly string[], { stdin, env }: RunOptions = {}) {
    return Bun.spawn([binary, ...words], {
      cwd: this.directory,
      env: this.environment(env),
      stdin: stdin === undefined ? "ignore" : Buffer.from(stdin),
      stdout: "pipe",
      stderr: "pipe",
    });
  }

  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { PATH: process.env["PATH"] ?? "", HOME: this.directory, PAWL_HOME: this.home, ...more };
  }

  async file(name: string, content: string | Uint8Array): Promise<string> {
    await Bun.write(join(this.directory, name), content);
    return name;
  }

  /** A server in the foreground, which ends with `close`. */
  async serve(
    flags: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Bun.Subprocess> {
    const server = Bun.spawn([binary, "serve", ...flags], {
      cwd: this.directory,
      env: this.environment(env),
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#server = server;
    let text = "";
    for await (const chunk of server.stderr) {
      text += new TextDecoder().decode(chunk);
      if (text.includes("pawl is serving on")) return server;
    }
    throw new Error(`The server ended before it was ready: ${text}`);
  }

  async close(): Promise<void> {
    this.#server?.kill("SIGTERM");
    await this.#server?.exited;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A definition with these tasks (YAML, from the first column). */
export function definition(name: string, tasks: string, version = "1.0.0"): string {
  return `document: { dsl: 1.0.3, namespace: default, name: ${name}, version: ${version} }\ndo:\n${tasks}\n`;
}
