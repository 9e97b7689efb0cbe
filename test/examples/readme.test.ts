import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { binary } from "../conformance/pawl.ts";

/** Longest time for what the README calls "under a minute", on a machine that is busy with other tests. */
const limitMs = 60_000;

test(
  "the README's first workflow runs as it stands",
  async () => {
    const text = await Bun.file(resolve(import.meta.dir, "../../README.md")).text();
    const block = /## First workflow\n\n```sh\n([\s\S]*?)```/.exec(text)?.[1];
    expect(block).toBeDefined();
    const directory = mkdtempSync(join(tmpdir(), "pawl-readme-"));
    const script = `pawl() { "${binary}" "$@"; }\n${block}\npawl server stop >&2`;
    const shell = Bun.spawn(["sh", "-eu", "-c", script], {
      cwd: directory,
      env: { PATH: process.env["PATH"] ?? "", HOME: directory, PAWL_HOME: join(directory, "home") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = await shell.stdout.text();
    expect(await shell.exited).toBe(0);
    const promised = /pawl run hello\.yaml .*# (.*)$/m.exec(text)?.[1];
    expect(said.trim()).toBe(promised as string);
    rmSync(directory, { recursive: true, force: true });
  },
  limitMs,
);
