import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../src/engine/engine.ts";
import { fileStore } from "../../src/engine/sqlite/database.ts";
import { sleeps } from "./definitions.ts";
import { Peers } from "./peers.ts";
import { ended, reached, read, refusal } from "./reading.ts";
import { createEngine, ManualClock } from "./world.ts";

/** One execution that is damaged and has not ended: it can be seen, ended and removed, and no other is concerned. */
let folder: string;
let clock: ManualClock;
let engine: Engine;
const never = new AbortController().signal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pawl-damage-"));
  clock = new ManualClock();
});
afterEach(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

const open = async () => {
  const peers = new Peers((peer) => peer.answer(1));
  engine = createEngine({ store: fileStore(join(folder, "pawl.db")), clock, peers });
  await engine.start();
};

/** Two executions that wait, on an engine that found its store changed behind its back. */
async function waiting(change: string): Promise<void> {
  await open();
  for (const id of ["whole", "rotten"]) {
    await engine.startExecution({ id, workflow: sleeps(id === "whole" ? 60_000 : 5_000), input: { id } });
    await reached(engine, id, "task.started", "nap");
  }
  await engine.stop();
  const database = new Database(join(folder, "pawl.db"));
  expect(database.run(change).changes).toBeGreaterThan(0);
  database.close();
  await open();
}

const beginning = `UPDATE executions SET input = '{"id":"rottem"}' WHERE id = 'rotten'`;
const event = `UPDATE journal SET at = at + 1 WHERE execution = (SELECT key FROM executions WHERE id = 'rotten')`;
const pinned = `UPDATE revisions SET text = text || ' ' WHERE key = (SELECT revision FROM executions WHERE id = 'rotten')`;

const damage = { code: "data_loss", reason: "data-damaged" };
const ids = async () => (await engine.listExecutions({})).map(({ id, status }) => `${id} ${status}`);

/** The other one goes its way. */
async function wholeEnds(): Promise<void> {
  clock.advance(60_000);
  expect(await ended(engine, "whole")).toMatchObject({ status: "completed", input: { id: "whole" } });
}

describe("a damaged beginning", () => {
  beforeEach(() => waiting(beginning));

  test("is told in a list, which is not without the others", async () => {
    const [rotten, whole] = await engine.listExecutions({});
    expect(rotten).toMatchObject({ id: "rotten", status: "waiting", name: "sleeps", input: null });
    expect(rotten?.damage).toContain('The beginning of the execution "rotten" is damaged');
    expect(whole).toMatchObject({ id: "whole", status: "waiting", input: { id: "whole" } });
    expect(whole).not.toHaveProperty("damage");
    expect(await engine.countExecutions()).toEqual({ waiting: 2 });
    expect(await refusal(engine.getExecution("rotten"))).toMatchObject(damage);
    await wholeEnds();
  });

  test("ends those who follow it, before its turn comes and after", async () => {
    const follow = async () => {
      expect(await refusal(engine.endedExecution("rotten", never))).toMatchObject(damage);
      expect(await refusal(read(engine, { execution: "rotten", follow: true }))).toMatchObject(damage);
    };
    await follow();
    clock.advance(5_000);
    await follow();
    await wholeEnds();
  });

  test("can be cancelled, and then deleted", async () => {
    expect(await engine.cancelExecution("rotten")).toMatchObject({ status: "cancelled", input: null });
    expect(await engine.countExecutions()).toEqual({ cancelled: 1, waiting: 1 });
    await engine.deleteExecution("rotten");
    expect(await ids()).toEqual(["whole waiting"]);
    await wholeEnds();
  });

  test("can be deleted as it is, before its turn comes and after", async () => {
    clock.advance(5_000);
    await refusal(engine.endedExecution("rotten", never));
    await engine.deleteExecution("rotten");
    expect(await ids()).toEqual(["whole waiting"]);
    expect(await engine.countExecutions()).toEqual({ waiting: 1 });
    expect(await refusal(engine.deleteExecution("whole"))).toMatchObject({ code: "failed_precondition" });
    await wholeEnds();
  });
});

test("a damaged event ends those who wait already once it is found, and the execution can be deleted", async () => {
  await waiting(event);
  const end = refusal(engine.endedExecution("rotten", never));
  clock.advance(5_000);
  expect(await end).toMatchObject(damage);
  expect(await ids()).toEqual(["rotten waiting", "whole waiting"]);
  await engine.deleteExecution("rotten");
  await wholeEnds();
});

test("a damaged definition keeps no execution from being cancelled and deleted", async () => {
  await waiting(pinned);
  expect(await ids()).toEqual(["rotten waiting", "whole waiting"]);
  expect(await engine.cancelExecution("rotten")).toMatchObject({ status: "cancelled" });
  await engine.deleteExecution("rotten");
  expect(await ids()).toEqual(["whole waiting"]);
  await wholeEnds();
});
