import { expect, test } from "bun:test";
import { Entrance } from "../../src/server/entrance.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const hour = 3_600_000;

/** An entrance, and what is heard of whom, when the test says so. */
function world(limits: { awaited: number; perTurn: number; silenceMs: number }) {
  const entrance = new Entrance(limits);
  const begun: number[] = [];
  const hear = new Map<number, () => void>();
  const enter = (name: number) =>
    entrance.enter((heard) => {
      begun.push(name);
      hear.set(name, heard);
    });
  return { entrance, begun, enter, heard: (name: number) => hear.get(name)?.() };
}

test("so many are let in per turn, in order", async () => {
  const { begun, enter } = world({ awaited: 100, perTurn: 2, silenceMs: hour });
  for (const name of [1, 2, 3, 4, 5]) enter(name);
  expect(begun).toEqual([1, 2]);
  await turn();
  expect(begun).toEqual([1, 2, 3, 4]);
  await turn();
  expect(begun).toEqual([1, 2, 3, 4, 5]);
});

test("no more are awaited than there is room for, until one of them is heard of", async () => {
  const { begun, enter, heard, entrance } = world({ awaited: 2, perTurn: 100, silenceMs: hour });
  for (const name of [1, 2, 3, 4]) enter(name);
  await turn();
  expect(begun).toEqual([1, 2]);
  heard(2);
  await turn();
  expect(begun).toEqual([1, 2, 3]);
  expect(entrance.waiting).toBe(1);
});

test("those who say nothing do not keep others out", async () => {
  const { begun, enter, heard } = world({ awaited: 2, perTurn: 100, silenceMs: 1 });
  for (const name of [1, 2, 3]) enter(name);
  while (begun.length < 3) await turn();
  // What was written off is not counted again.
  heard(1);
  heard(2);
  for (const name of [4, 5]) enter(name);
  await turn();
  expect(begun).toEqual([1, 2, 3, 4]);
});

test("an entrance that opens lets everybody in", () => {
  const { begun, enter, entrance } = world({ awaited: 1, perTurn: 1, silenceMs: hour });
  for (const name of [1, 2, 3]) enter(name);
  entrance.open();
  enter(4);
  expect(begun).toEqual([1, 2, 3, 4]);
});
