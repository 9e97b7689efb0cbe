import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runActivity } from "../../../src/activity/run.ts";
import { startGroup } from "../../../src/activity/shell/group.ts";
import { standardError, WorkflowFault } from "../../../src/dsl/error.ts";
import { contextWith, errorType, faultOf, shellRequest } from "../context.ts";
import { heldPipe } from "./held-pipe.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pawl-abort-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs a command and aborts it once it has printed its first line. */
async function abortAfterFirstLine(command: string, reason?: unknown) {
  const controller = new AbortController();
  const lines: string[] = [];
  const log = (line: { text: string }) => {
    lines.push(line.text);
    if (lines.length === 1) controller.abort(reason);
  };
  const context = contextWith({ signal: controller.signal, log });
  return { error: await faultOf(runActivity(shellRequest(command), context)), lines };
}

describe("an aborted command", () => {
  test("gets SIGTERM and may clean up", async () => {
    const { error, lines } = await abortAfterFirstLine(
      "trap 'echo bye; exit 0' TERM; echo ready; sleep 1000 & wait",
    );
    expect(lines).toEqual(["ready", "bye"]);
    expect(error).toMatchObject({ type: errorType("runtime") });
  });

  test("takes its children with it", async () => {
    const held = heldPipe(directory);
    await abortAfterFirstLine(
      `exec 9>${held.path}; sh -c 'sh -c "trap : TERM; echo ready; sleep 1000"; true'; true`,
    );
    await held.released();
  });

  test("faults with the reason it was given", async () => {
    const reason = new WorkflowFault(standardError("timeout", "Too late"));
    const { error } = await abortAfterFirstLine("echo ready; sleep 1000", reason);
    expect(error).toEqual(reason.error);
  });

  test("is not started when it was aborted before", async () => {
    const context = contextWith({ signal: AbortSignal.abort() });
    expect(await faultOf(runActivity(shellRequest("echo"), context))).toMatchObject({
      type: errorType("runtime"),
    });
  });
});

test("a command that ignores SIGTERM is killed after the grace", async () => {
  const group = await startGroup({
    command: "trap '' TERM; echo ready; while :; do sleep 1000; done",
    arguments: [],
    environment: { PATH: "/usr/bin:/bin" },
    directory: "/",
    graceMs: 20,
  });
  await group.stdout.read();
  group.terminate();
  expect(await group.exited).toBe(137);
  expect(await group.stdout.read()).toMatchObject({ done: true });
  group.close();
});
