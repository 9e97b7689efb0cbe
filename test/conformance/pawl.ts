import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Json } from "../../src/expression/json.ts";
import { root } from "./spec.ts";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled binary with a home of its own. */
export interface Pawl {
  /** A folder for files of the test, removed by `close`. */
  readonly directory: string;
  command(...words: string[]): Promise<Ran>;
  /** The same, without waiting for the end. */
  start(...words: string[]): Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** Stops the server and removes the home. */
  close(): Promise<void>;
}

export const binary = resolve(root, process.env["PAWL_BINARY"] ?? "dist/pawl");

/** `config` is the text of its `config.yaml`. */
export async function openPawl(config?: string): Promise<Pawl> {
  const directory = await mkdtemp(join(tmpdir(), "pawl-conformance-"));
  const home = join(directory, "home");
  await mkdir(home, { mode: 0o700 });
  if (config !== undefined) await Bun.write(join(home, "config.yaml"), config);
  const start = (...words: string[]) =>
    Bun.spawn([binary, ...words, "--home", home], {
      cwd: directory,
      env: { PATH: process.env["PATH"], HOME: directory },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const command = async (...words: string[]): Promise<Ran> => {
    const child = start(...words);
    const [stdout, stderr, exitCode] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    return { exitCode, stdout, stderr };
  };
  return {
    directory,
    command,
    start,
    async close() {
      await command("server", "stop");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An execution as `pawl run -o json` prints it. */
export interface ExecutionJson {
  readonly id: string;
  readonly status: string;
  readonly output: Json;
  readonly error: Json;
}

/** Runs a definition to its end. Throws what `pawl` said when it did not become an execution. */
export async function runDefinition(
  pawl: Pawl,
  definition: string,
  input: Json | undefined,
): Promise<ExecutionJson> {
  const file = join(pawl.directory, `${crypto.randomUUID()}.yaml`);
  await Bun.write(file, definition);
  const inputWords = input === undefined ? [] : ["--input", JSON.stringify(input)];
  const ran = await pawl.command("run", file, ...inputWords, "-o", "json");
  if (ran.stdout === "") throw new Error(`exit code ${ran.exitCode}: ${ran.stderr.trim()}`);
  return JSON.parse(ran.stdout);
}

/** An execution's lifecycle CloudEvents. */
export async function lifecycleOf(
  pawl: Pawl,
  id: string,
): Promise<{ type: string; data: Record<string, Json> }[]> {
  const { stdout } = await pawl.command("events", id);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
