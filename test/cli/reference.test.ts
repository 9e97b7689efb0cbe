import { expect, test } from "bun:test";
import { currentReference } from "../../scripts/cli-reference.ts";
import { argsOf, flagsOf, metaOf } from "../../src/cli/flag.ts";
import { globalArgs } from "../../src/cli/globals.ts";
import { verbs } from "../../src/cli/registry.ts";
import { settings } from "../../src/cli/verb/serve.ts";
import { type Option, options } from "../../src/config/options.ts";

test("docs/cli.md is what the verbs say (bun scripts/cli-reference.ts)", async () => {
  expect(await Bun.file("docs/cli.md").text()).toBe(await currentReference());
});

test.each(Object.keys(verbs))(
  "%s has examples that are its own, and flags that do not collide",
  async (name) => {
    const command = await verbs[name]!();
    const { description = "", examples = [] } = metaOf(command);
    expect(examples.length).toBeGreaterThan(0);
    for (const [, line] of examples) expect(line).toContain(`pawl ${name}`);
    const flags = [...flagsOf(argsOf(command)), ...flagsOf(globalArgs)];
    expect(new Set(flags.map((flag) => flag.name)).size).toBe(flags.length);
    const shorts = flags.flatMap((flag) => flag.short ?? []);
    expect(new Set(shorts).size).toBe(shorts.length);
    for (const text of [description, ...flags.map((flag) => flag.summary)]) {
      expect(text).toMatch(/^[A-Z$]/);
      expect(text).not.toMatch(/\.$/);
    }
  },
);

test("every option of config.yaml is a flag of serve, unless it must not be one", () => {
  const flags = [...Object.keys(settings), "log-level"];
  const wanted = Object.entries<Option>(options).filter(([, { only }]) => only === undefined);
  expect(flags.toSorted()).toEqual(wanted.map(([name]) => name).toSorted());
});
