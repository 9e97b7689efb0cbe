import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { definition, Place } from "./pawl.ts";

const place = new Place();
afterAll(() => place.close());
const pawl = (...words: string[]) => place.pawl(["run", "--ephemeral", ...words]);

test("a file runs in the process, in the caller's directory, and leaves nothing behind", async () => {
  await place.file(
    "here.yaml",
    definition("here", "  - list: { run: { shell: { command: 'ls here.yaml' } } }"),
  );
  expect(await pawl("here.yaml")).toEqual({ code: 0, stdout: '"here.yaml"\n', stderr: "" });
  expect(existsSync(place.home)).toBe(false);
  expect(readdirSync(place.directory)).toEqual(["here.yaml"]);
});

test("exit codes are those of run", async () => {
  await place.file(
    "fault.yaml",
    definition("fault", "  - x: { raise: { error: { type: 'https://a.b/c', status: 400 } } }"),
  );
  const fault = await pawl("fault.yaml");
  expect([fault.code, fault.stdout]).toEqual([1, ""]);
  expect(fault.stderr).toContain("type:     https://a.b/c");
  expect(fault.stderr).not.toContain("pawl describe");
  await place.file("long.yaml", definition("long", "  - nap: { wait: { hours: 1 } }"));
  expect((await pawl("long.yaml", "--timeout", "200ms")).code).toBe(124);
  expect((await pawl("long.yaml", "--detach")).code).toBe(2);
  expect((await pawl("long")).code).toBe(2);
  await place.file("bad.yaml", "hello: world\n");
  const bad = await pawl("bad.yaml");
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain("bad.yaml:1:1: error: ");
  expect(existsSync(place.home)).toBe(false);
});

test("Ctrl-C cancels", async () => {
  await place.file("long.yaml", definition("long", "  - nap: { wait: { hours: 1 } }"));
  const child = place.start(["run", "--ephemeral", "long.yaml", "--progress", "plain"]);
  let text = "";
  let interrupted = false;
  for await (const chunk of child.stderr) {
    text += new TextDecoder().decode(chunk);
    if (interrupted || !text.includes("task nap started")) continue;
    interrupted = true;
    child.kill("SIGINT");
  }
  expect(await child.exited).toBe(130);
  expect(text).toMatch(/Execution \S+ cancelled\n$/);
});
