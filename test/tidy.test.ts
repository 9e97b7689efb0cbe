import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { allowedArrows, findArrows } from "./tidy/arrows.ts";
import { findDeadFiles } from "./tidy/dead-files.ts";
import { functionLengths } from "./tidy/functions.ts";
import { findLeftovers } from "./tidy/leftovers.ts";
import { documents, type SourceFile, sources } from "./tidy/tree.ts";

const root = resolve(import.meta.dir, "..");
const files = await sources(root);
const longest = { file: 300, function: 100, line: 130, median: 150 };

const under = (folder: string) => files.filter(({ path }) => path.startsWith(folder));
const listed = (found: readonly string[]) => `\n${found.join("\n")}\n`;

test("there is something to check", () => {
  expect(under("src/").length).toBeGreaterThan(50);
});

test("arrows point down", () => {
  const wrong = findArrows(under("src/")).filter(
    ({ from, to }) => !allowedArrows(from).some((room) => to === room || to.startsWith(`${room}/`)),
  );
  expect(listed(wrong.map(({ file, to }) => `${file} imports ${to}`))).toBe(listed([]));
});

test("the pure rooms reach for nothing outside", () => {
  const impure = new RegExp(
    [
      /\bfrom "(?:node:|bun\b)|\bimport\(|\bBun\.|\bprocess\.|\bfetch\(|\bawait [\w([`"]/,
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.|\bset(?:Timeout|Immediate)\(/,
    ]
      .map(({ source }) => source)
      .join("|"),
  );
  const pure = ["src/workflow/", "src/dsl/", "src/expression/"].flatMap(under);
  expect(listed(matching(pure, impure))).toBe(listed([]));
});

test("only main.ts ends the process, only the printer writes to stdout", () => {
  const exits = files.filter(({ path }) => path.startsWith("src/") && path !== "src/main.ts");
  expect(listed(matching(exits, /\bprocess\.exit\(/))).toBe(listed([]));
  const writers = files.filter(({ path }) => path.startsWith("src/") && path !== "src/cli/printer.ts");
  expect(listed(matching(writers, /\bconsole\.log\(|\bprocess\.stdout\.write\(/))).toBe(listed([]));
});

test("files are small", () => {
  const large = files.filter(({ lines }) => lines.length > longest.file);
  expect(listed(large.map(({ path, lines }) => `${path}: ${lines.length} lines`))).toBe(listed([]));
  const sizes = under("src/")
    .map(({ lines }) => lines.length)
    .sort((a, b) => a - b);
  expect(sizes[sizes.length >> 1]).toBeLessThanOrEqual(longest.median);
});

test("functions are small", () => {
  const large = under("src/").flatMap((file) =>
    functionLengths(file)
      .filter(({ length }) => length > longest.function)
      .map(({ line, length }) => `${file.path}:${line}: ${length} lines`),
  );
  expect(listed(large)).toBe(listed([]));
});

test("lines are short", () => {
  const long = files.flatMap(({ path, lines }) =>
    lines.flatMap((line, at) => (line.length > longest.line ? [`${path}:${at + 1}: ${line.length}`] : [])),
  );
  expect(listed(long)).toBe(listed([]));
});

test("every file is reached from an entry point", () => {
  expect(listed(findDeadFiles(files))).toBe(listed([]));
});

test("nothing was left behind", () => {
  expect(listed(findLeftovers(files))).toBe(listed([]));
});

test("every document has one H1, and its links lead somewhere", async () => {
  const wrong: string[] = [];
  for (const { path, text, links } of await documents(root)) {
    const titles = text.replace(/^```.*?^```/gms, "").match(/^# /gm)?.length ?? 0;
    if (titles !== 1) wrong.push(`${path}: ${titles} H1`);
    for (const link of links) {
      if (!(await Bun.file(resolve(root, path, "..", link)).exists())) wrong.push(`${path}: no ${link}`);
    }
  }
  expect(listed(wrong)).toBe(listed([]));
});

function matching(where: readonly SourceFile[], pattern: RegExp): string[] {
  return where.flatMap(({ path, lines }) =>
    lines.flatMap((line, at) =>
      pattern.test(line) && !/^\s*(\/\/|\/?\*)/.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [],
    ),
  );
}
