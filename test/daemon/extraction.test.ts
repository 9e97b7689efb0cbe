import { afterEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { unpackAddon } from "../../src/engine/temporal/addon.ts";
import { Sandbox } from "./sandbox.ts";

const variable = "PAWL_TEMPORAL_ADDON";
const before = process.env[variable];
afterEach(() => {
  if (before === undefined) delete process.env[variable];
  else process.env[variable] = before;
});

/** What a build of this content would carry, and where a server finds it. */
function embed(box: Sandbox, content: string) {
  const hash = createHash("sha256").update(content).digest("hex");
  const file = join(box.directory, `${hash}.zst`);
  writeFileSync(file, Bun.zstdCompressSync(content));
  const cache = join(box.home, "cache");
  return { addon: { file, hash }, cache, unpacked: join(cache, hash.slice(0, 16), "temporal.node") };
}

test("what the executable carries is unpacked once, for its owner alone, and used as it is from then on", () => {
  using box = new Sandbox();
  const { addon, cache, unpacked } = embed(box, "library");
  unpackAddon(addon, cache);
  expect(readFileSync(unpacked, "utf8")).toBe("library");
  expect(process.env[variable]).toBe(unpacked);
  const { ino, mode } = statSync(unpacked);
  expect(mode & 0o777).toBe(0o500);
  unpackAddon(addon, cache);
  expect(statSync(unpacked).ino).toBe(ino);
});

for (const [damage, text] of [
  ["cut off", "libr"],
  ["changed", "librarY"],
  ["empty", ""],
] as const) {
  test(`a file that was ${damage} is repaired before it is used`, () => {
    using box = new Sandbox();
    const { addon, cache, unpacked } = embed(box, "library");
    unpackAddon(addon, cache);
    chmodSync(unpacked, 0o700);
    writeFileSync(unpacked, text);
    unpackAddon(addon, cache);
    expect(readFileSync(unpacked, "utf8")).toBe("library");
  });
}

test("versions before and the halves of servers that were killed are cleared away, and nothing else", () => {
  using box = new Sandbox();
  const old = embed(box, "old library");
  const { addon, cache, unpacked } = embed(box, "library");
  unpackAddon(old.addon, cache);
  mkdirSync(join(unpacked, ".."));
  writeFileSync(`${unpacked}.4711`, "libr");
  mkdirSync(join(cache, "of-somebody-else"));
  unpackAddon(addon, cache);
  expect(existsSync(old.unpacked)).toBe(false);
  expect(readdirSync(cache).sort()).toEqual([addon.hash.slice(0, 16), "of-somebody-else"].sort());
  expect(readdirSync(join(unpacked, ".."))).toEqual(["temporal.node"]);
});

test("a cache that cannot be written is named", () => {
  using box = new Sandbox();
  const { addon, cache } = embed(box, "library");
  mkdirSync(box.home);
  writeFileSync(cache, "");
  expect(() => unpackAddon(addon, cache)).toThrow(`Cannot unpack Temporal's library into "${cache}"`);
});
