import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { metaOf } from "../../src/cli/flag.ts";
import { verbs } from "../../src/cli/registry.ts";
import { binary, definition, Place } from "./pawl.ts";

const place = new Place();
const at = (name: string) => join(place.directory, name);
const set = "  - x: { set: { a: 1 } }";

/** What the examples take for granted: files, programs, and a server with things on it. */
beforeAll(async () => {
  const program = async (name: string, text: string) => {
    await place.file(`bin/${name}`, `#!/bin/sh\n${text}\n`);
    chmodSync(at(`bin/${name}`), 0o755);
  };
  await program("generate", "cat hello.yaml");
  await program("pass", "echo secret");
  symlinkSync(binary, at("bin/pawl"));
  for (const name of ["backups", ".config/fish/completions"]) mkdirSync(at(name), { recursive: true });
  await place.file("hello.yaml", definition("hello", set));
  await place.file("order.json", '{"items": [{"id": 1}]}');
  await place.file("shop.json", '{"username": "ada", "password": "x"}');
  const event = { specversion: "1.0", id: "1", source: "test", type: "com.example.x" };
  await place.file("events.jsonl", `${JSON.stringify(event)}\n`);
  await place.file("workflows/backup.yaml", definition("nightly-backup", set));
  await place.file("workflows/order.yaml", definition("checkout", set).replace("default", "shop"));
  await place.file(
    "fail.yaml",
    definition(
      "fail",
      "  - x: { raise: { error: { type: 'https://example.com/x', status: 400, title: X } } }",
    ),
  );
  await place.file("nap.yaml", definition("nap", "  - nap: { wait: { hours: 1 } }"));
  await place.serve();
  for (const line of [
    "apply -f workflows",
    "run hello.yaml --id 3kf9x2m",
    "run fail.yaml",
    "run nap.yaml -d",
    "server backup pawl.db",
  ]) {
    await place.pawl(line.split(" "));
  }
});
afterAll(async () => {
  for (const home of [place.home, at("other"), at("look")])
    await place.pawl(["server", "stop", "--home", home]);
  await place.close();
});

/** How an example ends, if not with 0. */
const ends: Readonly<Record<string, number>> = {
  // Nothing is wrong, so nothing is left.
  "pawl doctor -o jsonl | grep -v '\"ok\"'": 1,
  // The home of the test has a server, and data.
  "pawl server restore pawl-2030-01-31.db": 4,
  // These go on for ever, but for --timeout.
  "pawl events -f --since 1ms": 124,
  "pawl events -f --since 3kf9x2m/000000000012-00003": 124,
};

/** Those that are not run here, and why. */
const left: readonly RegExp[] = [
  // A server in the foreground, as the other tests have it.
  /^pawl serve\b/,
  // Goes on for ever.
  /^pawl server logs .*-f$/,
  // The server of this test is in the foreground.
  /^pawl server (?:stop|restart)$/,
  // zsh, see completion.test.ts.
  /fpath/,
];

/** Paths of a real machine become some of the test's own; what would go on for ever ends. */
function adapt(line: string): string {
  return line
    .replaceAll(/\/(?:tmp|srv|var)\//g, `${place.directory}/`)
    .replaceAll("~", place.directory)
    .replace("pawl events -f", "pawl events -f --timeout 200ms");
}

const examples: [line: string][] = [];
for (const load of Object.values(verbs)) {
  for (const [, line] of metaOf(await load()).examples ?? []) {
    if (!left.some((pattern) => pattern.test(line))) examples.push([line]);
  }
}

test.each(examples)("%s", async (line) => {
  const child = Bun.spawn(["bash", "-c", `set -o pipefail; ${adapt(line)}`], {
    cwd: place.directory,
    env: place.environment({ PATH: `${at("bin")}:${process.env["PATH"]}` }),
    stdin: Buffer.from("a value"),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [code, stderr] = await Promise.all([child.exited, child.stderr.text(), child.stdout.text()]);
  expect({ code, stderr: code === (ends[line] ?? 0) ? "" : stderr }).toEqual({
    code: ends[line] ?? 0,
    stderr: "",
  });
});
