import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogReading, readServerLog } from "../../src/cli/server-log.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pawl-log-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const log = () => join(directory, "server.log");
const reading = (changes: Partial<LogReading> = {}): LogReading => ({
  wanted: () => true,
  tail: undefined,
  follow: false,
  signal: new AbortController().signal,
  ...changes,
});

async function all(changes: Partial<LogReading> = {}): Promise<string[]> {
  return await Array.fromAsync(readServerLog(directory, reading(changes)));
}

test("rotated files come first, and the last lines are of all of them", async () => {
  writeFileSync(`${log()}.2`, "1\n");
  writeFileSync(`${log()}.1`, "2\n3\n");
  writeFileSync(log(), "4\n5\nnot yet whole");
  expect(await all()).toEqual(["1", "2", "3", "4", "5"]);
  expect(await all({ tail: 3 })).toEqual(["3", "4", "5"]);
  expect(await all({ tail: 0 })).toEqual([]);
  expect(await all({ wanted: (line) => Number(line) % 2 === 1, tail: 2 })).toEqual(["3", "5"]);
});

test("no directory, no lines", async () => {
  rmSync(directory, { recursive: true });
  expect(await all({ follow: true })).toEqual([]);
});

test("a long line comes whole, one without end in pieces", async () => {
  writeFileSync(log(), `${"x".repeat(200_000)}\n${"y".repeat(3_000_000)}\n`);
  const lines = await all();
  expect(lines[0]).toBe("x".repeat(200_000));
  expect(lines.slice(1).join("")).toBe("y".repeat(3_000_000));
});

test("what follows is found, line by line and over a rotation, until the signal", async () => {
  const end = new AbortController();
  writeFileSync(log(), "1\n2\n");
  const lines: string[] = [];
  for await (const line of readServerLog(directory, reading({ follow: true, signal: end.signal, tail: 1 }))) {
    lines.push(line);
    if (line === "2") appendFileSync(log(), "3\n4");
    if (line === "3") appendFileSync(log(), "\n");
    if (line === "4") {
      appendFileSync(log(), "5\n");
      renameSync(log(), `${log()}.1`);
      writeFileSync(log(), "6\n");
    }
    if (line === "6") end.abort();
  }
  expect(lines).toEqual(["2", "3", "4", "5", "6"]);
});
