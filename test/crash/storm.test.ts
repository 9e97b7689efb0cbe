import { afterEach, beforeEach, expect, test } from "bun:test";
import { Place } from "../cli/pawl.ts";
import { storm } from "./storm.ts";

const soak = process.env["PAWL_SOAK"] !== undefined;
const executions = 2_000;
const kills = soak ? 50 : 4;

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.close());

test(`${executions} executions, ${kills} times kill -9: nothing is lost, and nothing that is done is done again`, async () => {
  const seed = soak ? Date.now() % 100_000 : 5;
  const { ended, duplicates, ...wrong } = await storm(place, { executions, kills, seed });
  console.log(`storm ${seed}: ${duplicates} activities that were in flight ran again`);
  expect(wrong).toEqual({ lost: [], repeated: [], rekeyed: [], missing: [] });
  expect([...ended].filter(([, how]) => how !== "completed")).toEqual([]);
  expect(ended.size).toBe(executions);
  // Otherwise no kill would have met anything.
  expect(duplicates).toBeGreaterThan(kills);
}, 1_200_000);
