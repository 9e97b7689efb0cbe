import { afterEach, beforeEach, expect, test } from "bun:test";
import { Place } from "../cli/pawl.ts";
import { storm } from "./storm.ts";

const soak = process.env["PAWL_SOAK"] !== undefined;
const executions = 2_000;
const kills = 50;

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.close());

test(`${executions} executions, ${kills} times kill -9: nothing is lost, and nothing that is done is done again`, async () => {
  const seed = soak ? Date.now() % 100_000 : 5;
  const { ended, duplicates, live, ...wrong } = await storm(place, { executions, kills, seed });
  const most = Math.max(...live);
  const mean = Math.round(live.reduce((sum, count) => sum + count, 0) / live.length);
  console.log(
    `storm ${seed}: ${duplicates} activities in flight ran again; ${mean} live at a kill, ${most} at most`,
  );
  expect(wrong).toEqual({ lost: [], repeated: [], rekeyed: [], missing: [] });
  expect([...ended].filter(([, how]) => how !== "completed")).toEqual([]);
  expect(ended.size).toBe(executions);
  // Otherwise no kill would have met anything.
  expect(most).toBeGreaterThan(executions * 0.9);
  expect(duplicates).toBeGreaterThan(kills);
}, 1_200_000);
