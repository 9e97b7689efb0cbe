import { afterAll, beforeAll, expect, test } from "bun:test";
import { Place } from "./pawl.ts";

const place = new Place();
let server: Bun.Subprocess;
beforeAll(async () => {
  server = await place.serve();
});
afterAll(() => place.close());

test("a second server on the same home is refused with 4 and the pid of the first", async () => {
  const { stdout, stderr, code } = await place.pawl(["serve"]);
  expect([stdout, code]).toEqual(["", 4]);
  expect(stderr).toContain(String(server.pid));
});

test("an option of serve that does not fit is refused with 2", async () => {
  const other = new Place();
  const { stderr, code } = await other.pawl(["serve", "--drain", "soon"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--drain: Expected a duration");
  await other.close();
});
