import { expect, test } from "bun:test";
import { diagnose, head } from "./brief.ts";
import { golden } from "./golden.ts";

test.each(golden("expressions"))("%s", (_, { text, expected }) => {
  expect(diagnose(head + text)).toEqual([...expected]);
});
