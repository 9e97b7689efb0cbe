import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { binary, definition, Place } from "./pawl.ts";

let place: Place;
let other: string[];
beforeEach(() => {
  place = new Place();
  other = ["--home", join(place.directory, "other")];
});
afterEach(async () => {
  await place.pawl(["server", "stop"]);
  await place.pawl(["server", "stop", ...other]);
  await place.close();
});

const hello = definition("hello", "  - a: { set: { x: 1 } } # why");
const shop = (version: string) =>
  `# Pays: "ü"\r\ndocument: { dsl: 1.0.3, namespace: shop, name: pay, version: ${version} }\n` +
  `use: { secrets: [token, lacking] }\ndo:\n  - a: { set: { v: '${version}' } }`;

async function filled(): Promise<string> {
  await place.file("both.yaml", `${hello}---\n${shop("1.10.0")}`);
  await place.file("old.yaml", shop("1.9.0"));
  await place.pawl(["apply", "-f", "both.yaml", "-f", "old.yaml"]);
  await place.pawl(["secret", "set", "token"], { stdin: "very-secret-value" });
  await place.pawl(["secret", "set", "unused"], { stdin: "very-secret-value" });
  const { code, stdout, stderr } = await place.pawl(["export"]);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

test("what one home exports, another imports, and exports to the letter", async () => {
  const exported = await filled();
  expect(exported).toContain("  - a: { set: { x: 1 } } # why\n");
  expect(exported).not.toContain("very-secret-value");
  const imported = await place.pawl(["import", "-", ...other], { stdin: exported });
  expect(imported).toEqual({
    code: 0,
    stdout:
      "workflow default/hello:1.0.0 created\nworkflow shop/pay:1.9.0 created\nworkflow shop/pay:1.10.0 created\n",
    stderr:
      'The secret "lacking" has no value here: pawl secret set lacking\n' +
      'The secret "token" has no value here: pawl secret set token\n' +
      'The secret "unused" has no value here: pawl secret set unused\n',
  });
  // Values are not needed for the way back: names that are used stay known.
  await place.pawl(["secret", "set", "unused", ...other], { stdin: "x" });
  expect((await place.pawl(["export", ...other])).stdout).toBe(exported);
  for (const name of ["lacking", "token"])
    await place.pawl(["secret", "set", name, ...other], { stdin: "x" });
  const again = await place.pawl(["import", "-", "-o", "json", ...other], { stdin: exported });
  const { workflows, missingSecrets } = JSON.parse(again.stdout);
  expect(workflows.map(({ action }: { action: string }) => action)).toEqual(Array(3).fill("unchanged"));
  expect([missingSecrets, again.stderr]).toEqual([[], ""]);
  const { stdout: text } = await place.pawl(["get", "workflow", "shop/pay", "-o", "json", ...other]);
  const home = await place.pawl(["get", "workflow", "shop/pay", "-o", "json"]);
  for (const key of ["text", "file", "revision"])
    expect(JSON.parse(text)[key]).toBe(JSON.parse(home.stdout)[key]);
});

test("as JSON it is the same, and -o name lists what is in it", async () => {
  await filled();
  for (const format of ["json", "jsonl"]) {
    const { stdout } = await place.pawl(["export", "-o", format]);
    expect(JSON.parse(stdout)).toMatchObject({
      format: "pawl-export/1",
      secrets: ["lacking", "token", "unused"],
    });
    const imported = await place.pawl(["import", "-", "-o", "name"], { stdin: stdout });
    expect(imported.stdout).toBe(
      "workflow/default/hello:1.0.0\nworkflow/shop/pay:1.9.0\nworkflow/shop/pay:1.10.0\n",
    );
  }
  const { stdout } = await place.pawl(["export", "-o", "name", "-n", "shop"]);
  // Of secrets those that are used, whether or not they are there.
  expect(stdout).toBe("workflow/shop/pay:1.9.0\nworkflow/shop/pay:1.10.0\nsecret/lacking\nsecret/token\n");
  const one = await place.pawl(["export", "-o", "name", "-n", "shop", "pay:1.9.0", "default/hello"]);
  expect(one.stdout).toBe(
    "workflow/default/hello:1.0.0\nworkflow/shop/pay:1.9.0\nsecret/lacking\nsecret/token\n",
  );
  expect(await place.pawl(["export", "pay"])).toMatchObject({ code: 1, stdout: "" });
});

test("a dry run changes nothing, and one wrong definition keeps all of them out", async () => {
  const exported = await filled();
  const dry = await place.pawl(["import", "-", "--dry-run", ...other], { stdin: exported });
  expect(dry.stdout).toContain("workflow shop/pay:1.9.0 created (dry run)\n");
  const broken = exported.replace("namespace: shop, name: pay, version: 1.10.0 }", "name: pay }");
  expect(broken).not.toBe(exported);
  const refused = await place.pawl(["import", "-", ...other], { stdin: broken });
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("both.yaml:6:1: error");
  expect((await place.pawl(["get", "workflows", "--all-versions", "-o", "json", ...other])).stdout).toBe(
    "[]\n",
  );
});

test("a thousand definitions and more are one export, and one list", async () => {
  const count = 1_003;
  const workflows = Array.from({ length: count }, (_, n) => {
    const text = definition(`w${n}`, "  - a: { set: { x: 1 } }");
    return { namespace: "default", name: `w${n}`, version: "1.0.0", file: "", text };
  });
  const stdin = JSON.stringify({ format: "pawl-export/1", secrets: [], workflows });
  const imported = await place.pawl(["import", "-"], { stdin });
  expect(imported.stdout.match(/ created$/gm)).toHaveLength(count);
  for (const words of [["get", "workflows"], ["export"]]) {
    const { stdout } = await place.pawl([...words, "-o", "name"]);
    expect(stdout.split("\n")).toHaveLength(count + 1);
  }
});

const whole = `format: pawl-export/1\nsecrets: []\nworkflows:\n  - { namespace: a, name: b, version: 1.0.0, file: f, text: x }\n`;
test.each([
  ["a newer format", whole.replace("/1", "/2"), "has format 2 of exports, this version of Pawl knows 1"],
  ["a format of nobody", whole.replace("pawl-export/1", "99"), 'has the format "99", which is not known'],
  ["definitions", hello, "was not made by pawl export"],
  ["several documents", `${hello}---\n${hello}`, "was not made by pawl export"],
  ["nothing", "", "was not made by pawl export"],
  ["no YAML", "format: [", "cannot be read"],
  ["no UTF-8", new Uint8Array([0xff, 0xfe, 0x41]), "is not valid UTF-8"],
  ["half a file", whole.slice(0, whole.indexOf("workflows:")), '"workflows" is not a list'],
  ["schedules of a later version", `${whole}schedules: []\n`, '"schedules" is not known'],
  ["values of secrets", whole.replace("[]", "[{ a: b }]"), '"secrets" is not a list of names'],
  ["a flag as the name of a secret", whole.replace("[]", '["--help"]'), '"secrets" is not a list of names'],
  ["what moves the cursor", whole.replace("file: f", 'file: "\\e[2J"'), '"file" is not one line of a text'],
  ["a definition without its text", whole.replace(", text: x", ""), 'in workflow 1, "text" is not a text'],
  ["an alias", whole.replace("[]", "&a [*a]"), "cannot be read"],
  [
    "another name than the text",
    whole.replace("text: x", `text: '${hello.replaceAll("\n", "\n\n    ")}'`),
    "says",
  ],
])("%s is refused, and no server is started for it", async (_, stdin, message) => {
  const { code, stderr, stdout } = await place.pawl(["import", "-"], { stdin });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(`Standard input`);
  expect(stderr).toContain(message);
  expect(existsSync(place.home)).toBe(false);
});

test("a file is written whole or not at all, and replaced only when asked", async () => {
  const exported = await filled();
  const file = join(place.directory, "kept.yaml");
  const first = await place.pawl(["export", "-f", "kept.yaml"]);
  expect(first).toEqual({
    code: 0,
    stdout: "",
    stderr: "Wrote 3 definitions and the names of 3 secrets to kept.yaml\n",
  });
  expect(readFileSync(file, "utf8")).toBe(exported);
  linkSync(file, join(place.directory, "before.yaml"));
  const again = await place.pawl(["export", "-n", "shop", "-f", "kept.yaml"]);
  expect(again.code).toBe(4);
  expect(again.stderr).toContain(
    '"kept.yaml" exists already\nhint: Choose another name, or replace it with --force',
  );
  expect(readFileSync(file, "utf8")).toBe(exported);
  expect((await place.pawl(["export", "-n", "shop", "-f", "kept.yaml", "--force"])).code).toBe(0);
  expect(readFileSync(file, "utf8")).not.toContain("hello");
  // Whoever had the old one open still has it.
  expect(readFileSync(join(place.directory, "before.yaml"), "utf8")).toBe(exported);
  expect(statSync(file).ino).not.toBe(statSync(join(place.directory, "before.yaml")).ino);
  mkdirSync(join(place.directory, "folder"));
  for (const [path, why] of [
    ["folder", "it is not a regular file"],
    ["/dev/null", "it is not a regular file"],
    ["no/such/folder.yaml", "there is no such folder"],
  ] as const) {
    const { code, stderr } = await place.pawl(["export", "-f", path, "--force"]);
    expect([code, stderr]).toEqual([4, expect.stringContaining(`Cannot write "${path}": ${why}`)]);
  }
  expect(readdirSync(place.directory).filter((name) => name.includes("partial"))).toEqual([]);
});

const canMount =
  process.platform === "linux" &&
  Bun.spawnSync(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stderr: "ignore" }).exitCode ===
    0;

test.skipIf(!canMount)("on a full disk the file before stays (takes the right to mount)", async () => {
  await filled();
  const script =
    'mount -t tmpfs -o size=4k tmpfs /mnt && echo before > /mnt/kept.yaml && "$0" export -f /mnt/kept.yaml --force; ' +
    "echo $?; cat /mnt/*";
  await place.file("long.yaml", `${definition("long", "  - a: { set: { x: 1 } }")}# ${"x".repeat(10_000)}\n`);
  await place.pawl(["apply", "-f", "long.yaml"]);
  const child = Bun.spawn(["unshare", "-m", "sh", "-c", script, binary], {
    env: place.environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect(stdout).toBe("4\nbefore\n");
  expect(stderr).toContain('Cannot write "/mnt/kept.yaml": no space left on the device');
});
