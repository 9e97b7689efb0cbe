import { afterEach, beforeEach, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  await place.pawl(["server", "stop"]);
  await place.close();
});

test("the status of a server counts executions, those that have ended too, also after a restart", async () => {
  await place.file("sets.yaml", definition("sets", "  - a: { set: { x: 1 } }"));
  const error = "{ type: https://test.test/errors/no, status: 500, title: No }";
  await place.file("faults.yaml", definition("faults", `  - a: { raise: { error: ${error} } }`));
  await place.file("naps.yaml", definition("naps", "  - a: { wait: { hours: 1 } }"));
  expect((await place.pawl(["server", "start"])).code).toBe(0);
  expect((await place.pawl(["server", "status"])).stdout).toContain("Executions none\n");
  for (const _ of [1, 2]) expect((await place.pawl(["run", "sets.yaml"])).code).toBe(0);
  expect((await place.pawl(["run", "faults.yaml"])).code).toBe(1);
  for (const id of ["one", "two"]) await place.pawl(["run", "naps.yaml", "--detach", "--id", id]);
  expect((await place.pawl(["cancel", "one"])).code).toBe(0);
  await place.pawl(["follow", "one"]);
  for (const words of [["status"], ["restart"], ["status"]]) {
    const { stdout } = await place.pawl(["server", ...words, "-o", "json"]);
    if (words[0] === "restart") continue;
    const { executions } = JSON.parse(stdout);
    expect(executions).toMatchObject({ completed: 2, faulted: 1, cancelled: 1, pending: 0, suspended: 0 });
    expect(executions.waiting + executions.running).toBe(1);
  }
  await place.pawl(["cancel", "two"]);
  await place.pawl(["follow", "two"]);
  expect((await place.pawl(["server", "status"])).stdout).toContain(
    "Executions 2 cancelled, 1 faulted, 2 completed\n",
  );
});
