import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { OnLoadCallback } from "bun";
import { type SdkPlugin, temporalSdk } from "../../scripts/temporal-sdk.ts";

/** Another version of Temporal's SDK has to fail the build where it is not what our replacements were written for. */
const read = (path: string) => readFileSync(path, "utf8");
const sdk = (other: (path: string) => string = read) =>
  temporalSdk({ target: "linux-x64", workflowCode: "", read: other });

/** What the build does with each module, by the name of its file. */
async function modulesOf({ plugin }: SdkPlugin): Promise<Map<string, () => unknown>> {
  const modules = new Map<string, () => unknown>();
  const onLoad = ({ filter }: { filter: RegExp }, load: OnLoadCallback) => {
    const path = filter.source.slice(1, -1).replaceAll("\\", "");
    modules.set(basename(path), () => load({ path } as never));
  };
  await plugin.setup({ onLoad } as never);
  return modules;
}

const patched = ["threaded-vm.js", "vm-shared.js"];
const replaced = ["index.js", "bundler.js", "read-wasm.js"];

test("these are all the modules of the SDK that are not built in as they are", async () => {
  const modules = await modulesOf(await sdk());
  expect([...modules.keys()].sort()).toEqual([...replaced, ...patched, "embedded.ts"].sort());
  for (const load of modules.values()) expect(load).not.toThrow();
});

test.each(replaced)("%s with a single other character fails the build", async (name) => {
  const modules = await modulesOf(await sdk((path) => `${read(path)}\n`));
  expect(modules.get(name)).toThrow("is not the module that its replacement was written for");
});

test.each(patched)(
  "%s without the place that is patched, or with two of them, fails the build",
  async (name) => {
    const loaded = (await modulesOf(await sdk())).get(name)!() as { contents: string };
    let original = "";
    const seen = await modulesOf(await sdk((path) => (original = read(path))));
    seen.get(name)!();
    expect(loaded.contents).not.toBe(original);
    // What is no longer there after the patch is its place.
    const from = [...original].findIndex((letter, at) => letter !== loaded.contents[at]);
    const gone = (text: string) => text.slice(0, from) + text.slice(from + 1);
    expect((await modulesOf(await sdk((path) => gone(read(path))))).get(name)).toThrow("fits 0 times");
    expect((await modulesOf(await sdk((path) => read(path) + read(path)))).get(name)).toThrow("fits 2 times");
  },
);

test("what nothing imports any more fails the build, whichever it is", async () => {
  const names = [...(await modulesOf(await sdk())).keys()];
  for (const missing of names) {
    const built = await sdk();
    for (const [name, load] of await modulesOf(built)) if (name !== missing) load();
    expect(() => built.check()).toThrow(new RegExp(`replaces what nothing imports: [^,]*${missing}$`));
  }
  const built = await sdk();
  for (const load of (await modulesOf(built)).values()) load();
  built.check();
});

test("a platform that the SDK has no library for fails the build", async () => {
  const built = await temporalSdk({ target: "plan9-x64", workflowCode: "" });
  expect((await modulesOf(built)).get("embedded.ts")).toThrow('no addon for "plan9-x64"');
});

test("a build that runs into one of them does not come to its end", async () => {
  const { plugin, entrypoints } = await sdk((path) => `${read(path)}\n`.repeat(2));
  const build = Bun.build({ entrypoints: [...entrypoints], target: "bun", plugins: [plugin], throw: true });
  expect(
    await build.then(
      () => "built",
      ({ errors }: AggregateError) => String(errors),
    ),
  ).toContain("fits 2 times");
});
