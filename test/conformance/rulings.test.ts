import { expect, test } from "bun:test";
import { dirname, resolve } from "node:path";
import { documentPath } from "./generated.ts";

test("each ruling in docs/conformance.md is named by the test it links to", async () => {
  const text = await Bun.file(documentPath).text();
  const rows = [...text.matchAll(/^\| (\d+\w?) \|.*\]\(([^)]+)\) \|$/gm)];
  expect(rows.length).toBeGreaterThan(20);
  const unnamed: string[] = [];
  for (const [, ruling, link] of rows) {
    const test = await Bun.file(resolve(dirname(documentPath), link!)).text();
    if (!new RegExp(`ruling ${ruling}\\b`).test(test)) unnamed.push(`${ruling}: ${link}`);
  }
  expect(unnamed).toEqual([]);
});
