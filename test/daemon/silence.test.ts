import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clients, stream } from "../../src/client/client.ts";
import { unlessSilent } from "../../src/client/silence.ts";
import { binary, failures, Sandbox, soak } from "./sandbox.ts";

const long = `document: {dsl: 1.0.3, namespace: default, name: long, version: 1.0.0}
do:
  - nap: {wait: {minutes: 10}}
`;

/** A server with an execution that does not end, and its id. */
async function withExecution(box: Sandbox): Promise<string> {
  const definition = join(box.directory, "long.yaml");
  writeFileSync(definition, long);
  const started = await box.pawl(["run", definition, "--detach", "-o", "name"]);
  expect(failures([started])).toEqual([]);
  return started.stdout.trim().replace(/^execution\//, "");
}

function follow(box: Sandbox, id: string, onItem: () => void) {
  let opened = 0;
  const options = { home: box.home, deadlineMs: 1500, start: false, notice: () => {}, silenceMs: 400 };
  const open = ({ executions }: Clients, cursor: string, signal: AbortSignal) => {
    opened += 1;
    return executions.watch({ id, cursor, records: true }, { signal });
  };
  const over = new AbortController();
  const done = (async () => {
    for await (const _ of stream(options, open, over.signal)) onItem();
  })().catch((error) => error);
  return { done, opened: () => opened, leave: () => over.abort() };
}

test("who follows a server that was frozen is told so after the silence", async () => {
  using box = new Sandbox();
  const id = await withExecution(box);
  const heard = Promise.withResolvers<void>();
  const { done } = follow(box, id, () => heard.resolve());
  await heard.promise;
  const pid = box.serverPid()!;
  process.kill(pid, "SIGSTOP");
  const failure = await done;
  expect(failure).toMatchObject({ code: "unavailable", reason: "server-not-answering" });
  expect(failure.message).toContain(`pid ${pid}, stopped`);
}, 20_000);

test("every verb says who does not answer while it waits, and goes on when that one does", async () => {
  using box = new Sandbox();
  const id = await withExecution(box);
  const pid = box.serverPid()!;
  process.kill(pid, "SIGSTOP");
  const verbs = [
    ["get", "executions"],
    ["get", "workflows"],
    ["describe", `execution/${id}`],
    ["events", id],
    ["apply", "-f", join(box.directory, "long.yaml")],
    ["run", join(box.directory, "long.yaml"), "--detach"],
    ["export"],
    ["secret", "list"],
  ];
  const children = verbs.map((words) => {
    const stdio = ["ignore", "ignore", "pipe"] as ["ignore", "ignore", "pipe"];
    return Bun.spawn([binary, ...words], { env: { ...process.env, PAWL_HOME: box.home }, stdio });
  });
  const told = children.map(async ({ stderr }) => {
    let text = "";
    for await (const chunk of stderr) {
      text += new TextDecoder().decode(chunk);
      if (text.endsWith("\n")) break;
    }
    return text;
  });
  for (const text of await Promise.all(told)) {
    expect(text).toMatch(
      new RegExp(
        `^The server \\(pid ${pid}, stopped\\) did not answer within \\d+(\\.\\d)? s, waiting for \\d+ s more`,
      ),
    );
    expect(text).toEndWith(". Replace it: pawl server restart\n");
  }
  process.kill(pid, "SIGCONT");
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual(verbs.map(() => 0));
}, 30_000);

test("who follows a server that goes on in time hears the rest of it", async () => {
  using box = new Sandbox();
  const id = await withExecution(box);
  const heard = Promise.withResolvers<void>();
  const follower = follow(box, id, () => heard.resolve());
  await heard.promise;
  const pid = box.serverPid()!;
  process.kill(pid, "SIGSTOP");
  // The stimulus: it goes on after the client has noticed, and before its patience ends.
  setTimeout(() => process.kill(pid, "SIGCONT"), 900);
  const opened = (async () => {
    const cancelled = await box.pawl(["cancel", `execution/${id}`]);
    expect(failures([cancelled])).toEqual([]);
  })();
  await opened;
  expect(await follower.done).toBeUndefined();
  expect(follower.opened()).toBeGreaterThanOrEqual(2);
  expect(box.serverPid()).toBe(pid);
}, 20_000);

test("a source that is quiet for shorter than that is left alone", async () => {
  async function* slow() {
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      yield i;
    }
  }
  expect(await Array.fromAsync(unlessSilent(slow(), 5000))).toEqual([0, 1, 2]);
});

test.skipIf(!soak)(
  "the command line gives up a frozen server after three heartbeats",
  async () => {
    using box = new Sandbox();
    const id = await withExecution(box);
    const following = box.start(["follow", id, "--progress", "plain"]);
    await following.stderr.getReader().read();
    const pid = box.serverPid()!;
    process.kill(pid, "SIGSTOP");
    expect(await following.exited).toBe(3);
  },
  120_000,
);
