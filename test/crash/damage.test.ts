import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary, definition, Place, type Ran } from "../cli/pawl.ts";
import { asNobody } from "./nobody.ts";

/** What became of a store behind the server's back is told in one sentence, by whatever command comes first. */
let place: Place;
let store: string;
beforeEach(async () => {
  place = new Place();
  store = join(place.home, "data", "pawl.db");
  await place.file("sums.yaml", definition("sums", "  - add: { set: { sum: '${ .a + 1 }' } }"));
});
afterEach(async () => {
  await place.pawl(["server", "stop"]);
  await place.close();
});

const run = (id: string, text = "") =>
  place.pawl(["run", "sums.yaml", "--id", id, "--input", JSON.stringify({ a: 1, text })]);

/** Ten executions on a server that is then killed: they stand in the log. */
async function killedServer(): Promise<void> {
  const server = await place.serve();
  for (let n = 0; n < 10; n++) expect((await run(`e${n}`)).code).toBe(0);
  server.kill("SIGKILL");
  await server.exited;
}

async function stoppedServer(): Promise<void> {
  await killedServer();
  expect((await place.pawl(["get", "executions"])).code).toBe(0);
  await place.pawl(["server", "stop"]);
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = bytes[at]! ^ 0x40;
  writeFileSync(path, bytes);
}

/** The next command says so, and the one after that as well: nothing was put in order on the way. */
async function refused(...words: string[]): Promise<void> {
  await refusedBy((command) => place.pawl(command), words);
}

async function refusedBy(pawl: (command: string[]) => Promise<Ran>, words: string[]): Promise<void> {
  for (const command of [
    ["get", "executions"],
    ["run", "sums.yaml"],
  ]) {
    const { code, stdout, stderr } = await pawl(command);
    expect(code).not.toBe(0);
    expect(stdout).toBe("");
    // What, where and why; and what to do.
    for (const word of [...words, store]) expect(stderr).toContain(word);
    expect(stderr).toMatch(/^error: [^\n]+\nhint: [^\n]+\n$/);
  }
}

describe("the log of a killed server", () => {
  test("as it is: all is there", async () => {
    await killedServer();
    const { stdout } = await place.pawl(["get", "executions", "-o", "json"]);
    expect(stdout.match(/"e\d"/g)).toHaveLength(10);
  });

  test("cut short", async () => {
    await killedServer();
    truncateSync(`${store}-wal`, Math.floor(statSync(`${store}-wal`).size / 2));
    await refused("lacks what was written to it last", "estore a backup");
  });

  test("with one byte turned over", async () => {
    await killedServer();
    flip(`${store}-wal`, Math.floor(statSync(`${store}-wal`).size / 2));
    const log = readFileSync(`${store}-wal`);
    await refused("lacks what was written to it last", "estore a backup");
    expect(readFileSync(`${store}-wal.damaged`).equals(log)).toBe(true);
  });

  test("gone", async () => {
    await killedServer();
    rmSync(`${store}-wal`);
    await refused("lacks what was written to it last");
  });

  test("without its store", async () => {
    await killedServer();
    const log = readFileSync(`${store}-wal`);
    rmSync(store);
    await refused("is missing");
    expect(readFileSync(`${store}-wal`).equals(log)).toBe(true);
  });
});

describe("the file of a stopped server", () => {
  test("gone", async () => {
    await stoppedServer();
    rmSync(store);
    await refused("is missing", "estore a backup");
    rmSync(`${store}-mark`);
    expect((await run("anew")).code).toBe(0);
  });

  test("cut short", async () => {
    await stoppedServer();
    truncateSync(store, Math.floor(statSync(store).size / 2));
    await refused("is damaged");
  });

  test("with a wrong byte in its header", async () => {
    await stoppedServer();
    flip(store, 5);
    await refused("is damaged");
  });

  test("with a wrong byte in a value: whoever asks for it is told, and others get theirs", async () => {
    const server = await place.serve();
    for (const id of ["whole", "rotten"]) expect((await run(id, `text of ${id}`)).code).toBe(0);
    await place.pawl(["server", "stop"]);
    await server.exited;
    const bytes = readFileSync(store);
    flip(store, bytes.indexOf("text of rotten") + 3);
    const { code, stdout, stderr } = await place.pawl(["get", "execution", "rotten", "-o", "json"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain('The beginning of the execution "rotten" is damaged');
    expect(stderr).toContain("hint: Restore a backup, or delete the execution; others are not affected");
    expect((await place.pawl(["get", "execution", "whole"])).code).toBe(0);
    const backup = await place.pawl(["server", "backup", "copy.db"]);
    expect(backup.code).not.toBe(0);
    expect(backup.stderr).toContain('the execution "rotten" is not what was written');
    expect(backup.stderr).toContain("hint: What the server stores is damaged");
    expect(existsSync(join(place.directory, "copy.db"))).toBe(false);
    expect((await place.pawl(["delete", "execution", "rotten", "--yes"])).code).toBe(0);
    expect((await place.pawl(["get", "executions"])).code).toBe(0);
    expect((await place.pawl(["server", "backup", "copy.db"])).code).toBe(0);
  });

  test("with a wrong byte in the input of what has not ended: it can be seen, cancelled and deleted", async () => {
    await place.file("naps.yaml", definition("naps", "  - nap: { wait: { hours: 1 } }"));
    const server = await place.serve();
    for (const id of ["whole", "rotten"]) {
      const words = ["run", "naps.yaml", "--detach", "--id", id, "--set", `text=text of ${id}`];
      expect((await place.pawl(words)).code).toBe(0);
    }
    await place.pawl(["server", "stop"]);
    await server.exited;
    flip(store, readFileSync(store).indexOf("text of rotten") + 3);
    const listed = await place.pawl(["get", "executions", "-o", "json"]);
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { id: "rotten", status: "waiting", input: null, damage: expect.stringContaining("is damaged") },
      { id: "whole", status: "waiting", input: { text: "text of whole" }, damage: null },
    ]);
    for (const words of [
      ["follow", "rotten"],
      ["run", "naps.yaml", "--id", "rotten", "--set", "text=text of rotten"],
      ["describe", "execution", "rotten"],
    ]) {
      const { code, stderr } = await place.pawl(words);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: The beginning of the execution "rotten" is damaged.*\nhint: .*\n$/);
    }
    expect(await place.pawl(["cancel", "rotten"])).toMatchObject({
      code: 0,
      stdout: "execution rotten cancelled\n",
    });
    expect((await place.pawl(["server", "status"])).stdout).toMatch(
      /1 waiting, 1 cancelled|1 cancelled, 1 waiting/,
    );
    expect((await place.pawl(["delete", "execution", "rotten", "--yes"])).code).toBe(0);
    expect((await place.pawl(["get", "executions", "-o", "name"])).stdout).toBe("execution/whole\n");
  });

  test("of an earlier day", async () => {
    await stoppedServer();
    const earlier = readFileSync(store);
    expect((await run("later")).code).toBe(0);
    await place.pawl(["server", "stop"]);
    writeFileSync(store, earlier);
    await refused("lacks what was written to it last");
  });

  test("of a newer version", async () => {
    await stoppedServer();
    const database = new Database(store);
    database.run("PRAGMA user_version = 1000");
    database.close();
    await refused("was written by a newer version");
  });

  test("of another program", async () => {
    await stoppedServer();
    rmSync(store);
    const database = new Database(store, { create: true });
    database.run("CREATE TABLE theirs (a)");
    database.close();
    await refused("another program's");
  });

  test("that cannot be written, or whose folder cannot", async () => {
    const pawl = (command: string[]) => asNobody(place, command);
    await stoppedServer();
    chmodSync(store, 0o400);
    await refusedBy(pawl, ["cannot be written", "Make the file and its folder writable"]);
    chmodSync(store, 0o600);
    chmodSync(join(place.home, "data"), 0o500);
    await refusedBy(pawl, ["cannot be written", "Make the file and its folder writable"]);
    chmodSync(join(place.home, "data"), 0o700);
  });
});

test("a store that cannot grow refuses what does not fit, keeps the rest, and goes on with room", async () => {
  // In blocks of 512 bytes; a write past it fails instead of killing the process.
  const server = Bun.spawn(["sh", "-c", `trap '' XFSZ; ulimit -f 1600; exec "$0" serve`, binary], {
    cwd: place.directory,
    env: place.environment(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  for await (const chunk of server.stderr) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("pawl is serving on")) break;
  }
  const acknowledged: string[] = [];
  let failure = "";
  for (let n = 0; failure === "" && n < 60; n++) {
    const { code, stderr } = await run(`e${n}`, "x".repeat(50_000));
    if (code === 0) acknowledged.push(`e${n}`);
    else failure = stderr;
  }
  expect(acknowledged.length).toBeGreaterThan(3);
  expect(failure).toContain(store);
  expect((await place.pawl(["get", "executions"])).code).toBe(0);
  server.kill("SIGKILL");
  await server.exited;
  for (const id of acknowledged) {
    const { stdout } = await place.pawl(["get", "execution", id, "-o", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", output: { sum: 2 } });
  }
  expect((await run("room", "x".repeat(50_000))).code).toBe(0);
});
