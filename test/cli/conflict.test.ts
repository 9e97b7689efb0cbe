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

test("a home that cannot be used is no server: 3", async () => {
  const other = new Place();
  await other.file("home", "a file");
  const { stderr, code } = await other.pawl(["serve"]);
  expect(code).toBe(3);
  expect(stderr).toContain(other.home);
  expect((await other.pawl(["get", "workflows"])).code).toBe(3);
  await other.close();
});

test("doctor finds a running server in order", async () => {
  const { stdout, code } = await place.pawl(["doctor", "-o", "jsonl"]);
  const findings = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(findings.filter(({ level }) => level === "error")).toEqual([]);
  const told = (check: string) => findings.filter((finding) => finding.check === check).map((f) => f.message);
  expect(told("server")[0]).toContain(`pid ${server.pid}`);
  expect(told("locks").join()).toContain(`daemon.lock held by process ${server.pid} (running)`);
  expect(told("engine")).toEqual(["sqlite, ready"]);
});

test("an option of serve that does not fit is refused with 2", async () => {
  const other = new Place();
  const { stderr, code } = await other.pawl(["serve", "--drain", "soon"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--drain: Expected a duration");
  await other.close();
});
