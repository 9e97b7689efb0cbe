import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { definition, Place } from "../cli/pawl.ts";
import { startWitness } from "./witness.ts";

/** G2: kill -9 of the compiled server in the middle of work; what was done stays done, what was in flight runs again. */
let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  await place.pawl(["server", "stop"]);
  await place.close();
});

const post = (name: string, url: string, depth = 0) =>
  [`- ${name}:`, "    call: http", `    with: { method: post, endpoint: '${url}' }`]
    .map((line) => " ".repeat(2 + depth) + line)
    .join("\n");

/** Starts the definition on a server, kills the server once `when` resolves, and follows the execution to its end. */
async function killDuring(tasks: string, when: (id: string) => Promise<unknown>, then: () => void) {
  const server = await place.serve();
  await place.file("work.yaml", definition("work", tasks));
  const { stdout: id, code } = await place.pawl(["run", "work.yaml", "--detach"]);
  expect(code).toBe(0);
  await when(id.trim());
  server.kill("SIGKILL");
  await server.exited;
  then();
  const followed = await place.pawl(["follow", id.trim(), "-o", "json"]);
  expect(followed.stderr).toBe("");
  return JSON.parse(followed.stdout);
}

describe("kill -9", () => {
  test("in an HTTP call: the call in flight is made again with the same key, the one before is not", async () => {
    const witness = startWitness(["/held"]);
    const tasks = ["/before", "/held", "/after"].map((path) => post(path.slice(1), witness.origin + path));
    const ended = await killDuring(tasks.join("\n"), () => witness.arrived("/held"), witness.release);
    expect(ended.status).toBe("completed");
    expect(ended.output).toEqual({ what: "/after" });
    expect(witness.seen.map(({ what }) => what)).toEqual(["/before", "/held", "/held", "/after"]);
    expect(witness.keys("/held").size).toBe(1);
    expect([...witness.keys("/held")][0]).toStartWith(ended.id);
    witness.stop();
  });

  test("in a for: finished iterations are not run again", async () => {
    const witness = startWitness(["/item/3"]);
    const loop = [
      "  - each:",
      "      for: { each: n, in: '[range(1; 6)]' }",
      "      do:",
      post("visit", `\${ "${witness.origin}/item/\\($n)" }`, 6),
    ].join("\n");
    const ended = await killDuring(loop, () => witness.arrived("/item/3"), witness.release);
    expect(ended.status).toBe("completed");
    expect(witness.seen.map(({ what }) => what.slice(-1)).join("")).toBe("123345");
    witness.stop();
  });

  test("in a fork: branches that were done stay done, those in flight are run again", async () => {
    const witness = startWitness(["/slow", "/slower"]);
    const fork = ["  - both:", "      fork:", "        branches:"];
    for (const name of ["quick", "slow", "slower"]) fork.push(post(name, `${witness.origin}/${name}`, 8));
    const allThere = () => Promise.all(["/slow", "/slower"].map((path) => witness.arrived(path)));
    const quickDone = async (id: string) => {
      await allThere();
      await recorded(id, "task.completed", "quick");
    };
    const ended = await killDuring(fork.join("\n"), quickDone, witness.release);
    expect(ended.output).toEqual([{ what: "/quick" }, { what: "/slow" }, { what: "/slower" }]);
    expect(["/quick", "/slow", "/slower"].map(witness.times)).toEqual([1, 2, 2]);
    expect(witness.keys("/slow")).not.toEqual(witness.keys("/slower"));
    witness.stop();
  });

  test("in a wait: it ends when it would have ended, and nothing before it is done again", async () => {
    const witness = startWitness([]);
    const tasks = [
      post("before", `${witness.origin}/before`),
      "  - pause: { wait: { milliseconds: 1200 } }",
      post("after", `${witness.origin}/after`),
    ].join("\n");
    const ended = await killDuring(tasks, (id) => recorded(id, "task.started", "pause"), witness.release);
    expect(ended.status).toBe("completed");
    expect(witness.seen.map(({ what }) => what)).toEqual(["/before", "/after"]);
    expect(Date.parse(ended.endedAt) - Date.parse(ended.startedAt)).toBeGreaterThanOrEqual(1200);
    witness.stop();
  });

  test("before a wait is over: its timer fires at once after the start", async () => {
    const tasks = "  - pause: { wait: { milliseconds: 1 } }\n  - done: { set: { done: true } }";
    const ended = await killDuring(
      tasks,
      (id) => recorded(id, "task.started", "pause"),
      () => {},
    );
    expect(ended.output).toEqual({ done: true });
  });
});

/** Resolves once the lifecycle event of a task is there; a record that is published is durable. */
async function recorded(id: string, type: string, task: string): Promise<void> {
  const events = place.start(["events", id, "-f"]);
  let text = "";
  for await (const chunk of events.stdout) {
    text += new TextDecoder().decode(chunk);
    const lines = text.split("\n").slice(0, -1);
    const found = lines
      .map((line) => JSON.parse(line))
      .some((event) => event.type.includes(type) && event.data.task?.endsWith(`/${task}`));
    if (found) break;
  }
  events.kill();
  await events.exited;
}
