import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { definition, Place } from "./pawl.ts";

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  await place.pawl(["server", "stop"]);
  await place.close();
});

const sum = definition("sum", "  - add: { set: { sum: '${ .a + .b }' } }");

async function backedUp(): Promise<void> {
  await place.file("sum.yaml", sum);
  await place.pawl(["apply", "-f", "sum.yaml"]);
  expect((await place.pawl(["run", "sum", "--id", "one", "-i", '{"a":1,"b":2}'])).stdout).toBe('{"sum":3}\n');
  const made = await place.pawl(["server", "backup", "copy.db", "-o", "json"]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const path = join(place.directory, "copy.db");
  expect(JSON.parse(made.stdout)).toEqual({ file: path, bytes: statSync(path).size });
}

test("a backup goes into another home, and there everything is as it was", async () => {
  await backedUp();
  expect(statSync(join(place.directory, "copy.db")).mode & 0o777).toBe(0o600);
  const other = ["--home", join(place.directory, "other")];
  const restored = await place.pawl(["server", "restore", "copy.db", ...other]);
  expect(restored).toEqual({ code: 0, stderr: "", stdout: `restored into ${other[1]}\n` });
  const { stdout } = await place.pawl(["get", "execution", "one", "-o", "json", ...other]);
  expect(JSON.parse(stdout)).toMatchObject({ status: "completed", output: { sum: 3 } });
  expect((await place.pawl(["run", "sum", "-i", '{"a":2,"b":2}', ...other])).stdout).toBe('{"sum":4}\n');
  await place.pawl(["server", "stop", ...other]);
});

test("nothing is overwritten: not a file, not a server's home, not a home with data", async () => {
  await backedUp();
  const again = await place.pawl(["server", "backup", "copy.db"]);
  expect(again.code).toBe(4);
  expect(again.stderr).toContain("exists already");
  const live = await place.pawl(["server", "restore", "copy.db"]);
  expect(live.code).toBe(4);
  expect(live.stderr).toMatch(/A server is running on .* \(pid \d+\)\nhint: Stop it first: pawl server stop/);
  await place.pawl(["server", "stop"]);
  const full = await place.pawl(["server", "restore", "copy.db"]);
  expect(full.code).toBe(4);
  expect(full.stderr).toContain("holds workflows or executions");
  expect((await place.pawl(["get", "execution", "one"])).code).toBe(0);
});

test("what is no backup is refused, and leaves nothing behind in the home", async () => {
  const other = ["--home", join(place.directory, "other")];
  const missing = await place.pawl(["server", "restore", "nothing.db", ...other]);
  expect(missing.code).toBe(2);
  expect(existsSync(join(place.directory, "other"))).toBe(false);
  writeFileSync(join(place.directory, "text.db"), "hello ".repeat(4_000));
  const text = await place.pawl(["server", "restore", "text.db", ...other]);
  expect(text.code).toBe(1);
  const path = join(place.directory, "text.db");
  expect(text.stderr).toStartWith(`error: The backup "${path}" is damaged: file is not a database\n`);
  expect(text.stderr).toContain("hint: Use another backup; nothing was changed");
  // What was not there before is not there now, and what was there stays.
  expect(existsSync(join(place.directory, "other"))).toBe(false);
  await place.file("other/config.yaml", "drain: 1s\n");
  expect((await place.pawl(["server", "restore", "text.db", ...other])).code).toBe(1);
  expect(readdirSync(join(place.directory, "other"))).toEqual(["config.yaml"]);
});

test("a place that cannot be written is told, and the server is none the worse", async () => {
  const { code, stderr } = await place.pawl(["server", "backup", "no/such/folder/copy.db"]);
  expect(code).toBe(4);
  expect(stderr).toContain("Cannot write");
  expect((await place.pawl(["server", "status"])).code).toBe(0);
  expect(existsSync(join(place.directory, "no"))).toBe(false);
});
