import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

let place: Place;
beforeEach(async () => {
  place = new Place();
  await place.file(
    "nap.yaml",
    definition("nap", "  - nap: { wait: { milliseconds: 700 } }\n  - last: { set: { a: 1 } }"),
  );
});
afterEach(async () => {
  await place.pawl(["server", "stop"]);
  await place.close();
});

async function pid(): Promise<number> {
  return JSON.parse((await place.pawl(["server", "status", "-o", "json"])).stdout).pid;
}

/** Waits until the progress of a run says that its nap has begun; the rest goes on being read. */
async function whenNapping(child: ReturnType<Place["start"]>, then: () => Promise<unknown>): Promise<string> {
  let text = "";
  let done: Promise<unknown> | undefined;
  for await (const chunk of child.stderr) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("task nap started")) done ??= then();
  }
  await done;
  return text;
}

test("run, follow and events -f go on over a kill -9 of the server", async () => {
  const run = place.start(["run", "nap.yaml", "--id", "killed", "--progress", "plain"]);
  let others: ReturnType<Place["start"]>[] = [];
  let before = 0;
  await whenNapping(run, async () => {
    others = [place.start(["follow", "killed"]), place.start(["events", "killed", "-f"])];
    before = await pid();
    process.kill(before, "SIGKILL");
  });
  expect(await run.stdout.text()).toBe('{"a":1}\n');
  expect(await run.exited).toBe(0);
  const [followed, events] = await Promise.all(others.map((child) => child.stdout.text()));
  expect(followed).toBe('{"a":1}\n');
  const ids = events!
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(events).toContain("workflow.completed");
  expect(await pid()).not.toBe(before);
});

describe("while the start of a run waits for its end", () => {
  /** A run without progress, and its server, once its nap has begun. */
  async function napping(id: string) {
    await place.pawl(["server", "start"]);
    const events = place.start(["events", "-f"]);
    const run = place.start(["run", "nap.yaml", "--id", id]);
    let text = "";
    for await (const chunk of events.stdout) {
      text += new TextDecoder().decode(chunk);
      if (/task\.started.*nap/.test(text)) break;
    }
    events.kill();
    await events.exited;
    return run;
  }

  test("run goes on over a kill -9 of the server", async () => {
    const run = await napping("waits");
    const before = await pid();
    process.kill(before, "SIGKILL");
    expect(await run.stdout.text()).toBe('{"a":1}\n');
    expect(await run.exited).toBe(0);
    expect(await pid()).not.toBe(before);
  });

  test("run ends with 3 when the server is stopped", async () => {
    const run = await napping("left");
    await place.pawl(["server", "stop"]);
    const said = await run.stderr.text();
    expect(await run.exited).toBe(3);
    expect(said).toContain("follow left");
  });
});

test("run goes on over a restart", async () => {
  const run = place.start(["run", "nap.yaml", "--progress", "plain"]);
  await whenNapping(run, () => place.pawl(["server", "restart"]));
  expect(await run.stdout.text()).toBe('{"a":1}\n');
  expect(await run.exited).toBe(0);
});

test("run ends with 3 when the server is stopped, and says how to go on", async () => {
  const run = place.start(["run", "nap.yaml", "--id", "left", "--progress", "plain"]);
  const said = await whenNapping(run, () => place.pawl(["server", "stop"]));
  expect(await run.exited).toBe(3);
  expect(said).toContain("pawl follow left");
  expect((await place.pawl(["follow", "left"])).stdout).toBe('{"a":1}\n');
});

test("the background server is started once, stopped, and stopped again", async () => {
  expect((await place.pawl(["server", "start"])).stdout).toMatch(/^started \(pid \d+\)\n$/);
  const first = await pid();
  expect((await place.pawl(["server", "start"])).stdout).toBe(`already running (pid ${first})\n`);
  expect((await place.pawl(["server", "restart"])).stdout).toMatch(/^restarted \(pid \d+\)\n$/);
  expect(await pid()).not.toBe(first);
  expect(await place.pawl(["server", "stop"])).toEqual({ code: 0, stdout: "stopped\n", stderr: "" });
  expect(await place.pawl(["server", "stop"])).toEqual({ code: 0, stdout: "not running\n", stderr: "" });
});
