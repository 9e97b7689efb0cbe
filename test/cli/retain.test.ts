import { afterEach, beforeEach, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.close());

test("a server keeps as many ended executions as it was told", async () => {
  await place.file("home/config.yaml", "retain: 2\n");
  await place.serve();
  await place.file("sum.yaml", definition("sum", "  - add: { set: { sum: 3 } }"));
  for (const id of ["a", "b", "c", "d"]) {
    expect((await place.pawl(["run", "sum.yaml", "--id", id])).code).toBe(0);
  }
  const { stdout } = await place.pawl(["get", "executions", "-o", "name"]);
  expect(stdout).toBe("execution/d\nexecution/c\n");
  expect((await place.pawl(["follow", "a"])).stderr).toContain('There is no execution "a"');
});

test("what is neither an age nor a count is refused", async () => {
  const { code, stderr } = await place.pawl(["serve", "--retain", "a while"]);
  expect(code).toBe(2);
  expect(stderr).toContain(
    '--retain: Expected an age such as 12h or 30d, a count such as 10000, or forever, got "a while"',
  );
});
