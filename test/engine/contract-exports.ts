import { describe, expect, test } from "bun:test";
import type { Bench } from "./contract.ts";
import { source, sums } from "./definitions.ts";
import { refusal } from "./reading.ts";

const say = (version: string) => source("say", `- say:\n    set:\n      word: v${version}`, version);
const all = { dryRun: false };

/** Definitions with their texts, to be applied elsewhere. */
export function exportContract(bench: Bench): void {
  describe("exports", () => {
    const refs = async (selection: Parameters<typeof bench.engine.exportWorkflows>[0]) =>
      (await bench.engine.exportWorkflows(selection)).map(({ name, version }) => `${name}:${version}`);

    test("hold every version with its text as it was applied, in order", async () => {
      expect(await refs({})).toEqual([]);
      await bench.engine.apply([sums, say("1.10.0"), say("1.9.0")], all);
      const views = await bench.engine.exportWorkflows({});
      expect(views.map(({ file, text }) => ({ file, text }))).toEqual([say("1.9.0"), say("1.10.0"), sums]);
      // Applied again they change nothing.
      expect(await bench.engine.apply(views, all)).toMatchObject(views.map(() => ({ action: "unchanged" })));
    });

    test("keep the lines of a file that held several", async () => {
      const text = `${sums.text}---\n# after ${sums.text.length} characters\n${say("1.0.0").text}`;
      await bench.engine.apply([{ file: "both.yaml", text }], all);
      const [second] = await bench.engine.exportWorkflows({
        workflows: [{ namespace: "test", name: "say" }],
      });
      const line = text.split("\n").indexOf(`# after ${sums.text.length} characters`);
      expect(second?.text.split("\n")[line]).toBe(text.split("\n")[line]);
    });

    test("are of a namespace, of a name, of a version", async () => {
      await bench.engine.apply([sums, say("1.0.0"), say("2.0.0"), say("3.0.0")], all);
      const [name, namespace] = ["say", "test"];
      expect(await refs({ namespace: "other" })).toEqual([]);
      expect(await refs({ namespace })).toEqual(["say:1.0.0", "say:2.0.0", "say:3.0.0", "sums:1.0.0"]);
      const one = { namespace, name, version: "2.0.0" };
      expect(await refs({ workflows: [one, { namespace, name: "sums" }] })).toEqual([
        "say:2.0.0",
        "sums:1.0.0",
      ]);
      expect(await refs({ workflows: [{ namespace, name, version: "latest" }, one] })).toEqual([
        "say:2.0.0",
        "say:3.0.0",
      ]);
      for (const workflow of [
        { ...one, version: "9.0.0" },
        { namespace, name: "none" },
      ]) {
        const refused = bench.engine.exportWorkflows({ workflows: [one, workflow] });
        expect(await refusal(refused)).toMatchObject({ code: "not_found" });
      }
    });
  });
}
