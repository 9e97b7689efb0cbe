import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { readCommandLine } from "../../src/cli/command-line.ts";
import type { Failure } from "../../src/failure.ts";
import { binary, Place } from "./pawl.ts";

const place = new Place();
afterAll(async () => {
  await place.pawl(["server", "stop"]);
  await place.close();
});

const pages = ["README.md", ...new Glob("docs/*.md").scanSync(".")];
const read = (page: string) => Bun.file(page).text();

/** Fenced blocks of one kind. */
function blocks(text: string, kind: string): string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, is]) => is === kind)
    .map(([, , body]) => body!);
}

test("README.md: the first workflow prints what it says", async () => {
  mkdirSync(join(place.directory, "bin"));
  symlinkSync(binary, join(place.directory, "bin/pawl"));
  const [script = ""] = blocks(await read("README.md"), "sh").filter((block) => block.includes("hello.yaml"));
  const [, promised] = /pawl run .*# (\{.*\})/.exec(script)!;
  const shell = (line: string) =>
    Bun.spawnSync(["bash", "-ec", line], {
      cwd: place.directory,
      env: place.environment({ PATH: `${join(place.directory, "bin")}:${process.env["PATH"]}` }),
    });
  const first = shell(script);
  expect([first.exitCode, `${first.stdout}`.trim()]).toEqual([0, promised!]);
  const second = shell(`pawl apply -f hello.yaml && cd / && pawl run hello -i '{"name":"Ada"}'`);
  expect(`${second.stdout}`).toBe(`workflow default/hello:1.0.0 created\n${promised}\n`);
});

test("docs/language.md: every definition is valid", async () => {
  const definitions = blocks(await read("docs/language.md"), "yaml");
  expect(definitions.length).toBeGreaterThan(1);
  const head = "document: { dsl: 1.0.3, namespace: default, name: part, version: 1.0.0 }\n";
  for (const text of definitions) {
    const whole = text.startsWith("document:") ? text : head + text;
    const { code, stderr } = await place.pawl(["validate", "-f", "-"], { stdin: whole });
    expect([code, stderr]).toEqual([0, ""]);
  }
});

test("docs/language.md: a mistake is shown as it says", async () => {
  const [shown = ""] = blocks(await read("docs/language.md"), "").filter((text) => text.includes("methd"));
  const head = "document: { dsl: 1.0.3, namespace: default, name: flow, version: 1.0.0 }\ndo:";
  const ask =
    "- ask:\n    call: http\n    with:\n      headers: {}\n      endpoint: https://example.com\n      methd: get";
  await place.file("flow.yaml", `${head}\n- first: { set: { a: 1 } }\n${ask}\n`);
  const { stderr, code } = await place.pawl(["validate", "-f", "flow.yaml"]);
  expect(code).toBe(2);
  expect(stderr).toContain(shown);
});

/** The command lines of a page, in code or in a block: those that are whole. */
function commandLines(text: string): string[] {
  const spans = [...text.matchAll(/`(pawl [^`\n]+)`/g)].map(([, line]) => line!);
  const lines = [...text.matchAll(/^ {4}(pawl .+)$/gm)].map(([, line]) => line!.replace(/ {2,}#.*$/, ""));
  const scripts = blocks(text, "sh").flatMap((block) =>
    [...block.matchAll(/^(pawl .+)$/gm)].map(([, line]) => line!.replace(/ {2,}#.*$/, "")),
  );
  // Placeholders, and what only a shell understands.
  return [...new Set([...spans, ...lines, ...scripts])].filter(
    (line) => !/[|…<>$&]|\.\.\.|\[|VERB/.test(line),
  );
}

test.each(pages.map((page) => ({ page })))(
  "$page names no command and no flag that does not exist",
  async ({ page }) => {
    for (const line of commandLines(await read(page))) {
      const words = `${Bun.spawnSync(["bash", "-c", `printf '%s\\n' ${line}`]).stdout}`.trimEnd().split("\n");
      await readCommandLine(words.slice(1)).catch((error: Failure) => {
        // A sentence may name a verb without what it is given.
        if (!/^Missing argument|needs a value/.test(error.message))
          throw new Error(`${page}: ${line}: ${error.message}`);
      });
    }
  },
);

test.each(pages.map((page) => ({ page })))(
  "$page names no program and no script that does not exist",
  async ({ page }) => {
    const text = await read(page);
    const programs = [...text.matchAll(/\bbun ((?:test|scripts)\/[\w./-]+\w)/g)].map(([, file]) => file!);
    const missing = programs.filter((path) => !existsSync(path));
    const { scripts } = JSON.parse(await read("package.json"));
    const unknown = [...text.matchAll(/\bbun(?:@[\d.]+)? run ([\w:]+)/g)].filter(
      ([, name]) => !(name! in scripts),
    );
    expect([...missing, ...unknown.map(([line]) => line)]).toEqual([]);
  },
);
