import { describe, expect, test } from "bun:test";
import type { Bench } from "./contract.ts";
import { source, sums } from "./definitions.ts";
import { refusal } from "./reading.ts";

const say = (word: string, version: string) =>
  source("say", `- say:\n    set:\n      word: ${word}`, version);
const all = { dryRun: false };

/** Definitions: apply, get, list, delete. */
export function workflowContract(bench: Bench): void {
  describe("workflows", () => {
    test("apply creates, leaves alone, and configures", async () => {
      const action = async (word: string) => (await bench.engine.apply([say(word, "1.0.0")], all))[0]?.action;
      expect(await action("a")).toBe("created");
      expect(await action("a")).toBe("unchanged");
      expect(await action("b")).toBe("configured");
      const view = await bench.engine.getWorkflow({ namespace: "test", name: "say" });
      expect(view).toMatchObject({
        name: "say",
        version: "1.0.0",
        file: "say.yaml",
        text: say("b", "1.0.0").text,
      });
      expect(view.revision).toMatch(/^[0-9a-f]{64}$/);
    });

    test("two spellings of one document are one revision", async () => {
      await bench.engine.apply([sums], all);
      const { revision } = await bench.engine.getWorkflow({ namespace: "test", name: "sums" });
      const spelled = { ...sums, text: `# a comment\n${sums.text}` };
      expect(await bench.engine.apply([spelled], all)).toMatchObject([{ action: "unchanged" }]);
      const view = await bench.engine.getWorkflow({ namespace: "test", name: "sums" });
      expect(view).toMatchObject({ revision, text: spelled.text });
    });

    test("apply is all or nothing", async () => {
      const broken = { file: "broken.yaml", text: "document: {}" };
      const applied = bench.engine.apply([sums, broken], all);
      expect(await refusal(applied)).toMatchObject({ code: "invalid_argument" });
      const { details } = await applied.catch((failure) => failure);
      expect(details).toBeArray();
      expect(details[0]).toMatchObject({ file: "broken.yaml", severity: "error" });
      expect(await bench.engine.listWorkflows({})).toEqual([]);
    });

    test("a dry run stores nothing", async () => {
      expect(await bench.engine.apply([sums], { dryRun: true })).toMatchObject([{ action: "created" }]);
      expect(await bench.engine.listWorkflows({})).toEqual([]);
    });

    test("one name twice in one apply is refused", async () => {
      const twice = bench.engine.apply([say("a", "1.0.0"), say("b", "1.0.0")], all);
      expect(await refusal(twice)).toMatchObject({ code: "invalid_argument" });
    });

    test("the latest is the highest release by semantic version", async () => {
      const versions = ["1.9.0", "1.10.0", "1.10.0-rc.1", "0.99.0", "2.0.0-beta.1"];
      await bench.engine.apply(
        versions.map((version) => say("a", version)),
        all,
      );
      const get = (version?: string) =>
        bench.engine.getWorkflow({ namespace: "test", name: "say", ...(version && { version }) });
      expect((await get()).version).toBe("1.10.0");
      expect((await get("latest")).version).toBe("1.10.0");
      expect((await get("1.9.0")).version).toBe("1.9.0");
      expect(await refusal(get("2.0.0"))).toMatchObject({ code: "not_found" });
      const list = async (allVersions: boolean) =>
        (await bench.engine.listWorkflows({ allVersions })).map(({ version }) => version);
      expect(await list(false)).toEqual(["1.10.0"]);
      expect(await list(true)).toEqual(["0.99.0", "1.9.0", "1.10.0-rc.1", "1.10.0", "2.0.0-beta.1"]);
    });

    test("without a release, the latest is the highest pre-release", async () => {
      const versions = ["1.0.0-rc.2", "1.0.0-rc.10", "0.9.0-alpha"];
      await bench.engine.apply(
        versions.map((version) => say("a", version)),
        all,
      );
      const latest = await bench.engine.getWorkflow({ namespace: "test", name: "say" });
      expect(latest.version).toBe("1.0.0-rc.10");
      expect((await bench.engine.listWorkflows({})).map(({ version }) => version)).toEqual(["1.0.0-rc.10"]);
    });

    test("delete takes one version or all, and says which", async () => {
      await bench.engine.apply([say("a", "1.0.0"), say("a", "2.0.0"), say("a", "3.0.0")], all);
      const ref = { namespace: "test", name: "say" };
      expect(await bench.engine.deleteWorkflow({ ...ref, version: "2.0.0" })).toEqual([
        { ...ref, version: "2.0.0" },
      ]);
      expect(await bench.engine.deleteWorkflow(ref)).toHaveLength(2);
      expect(await refusal(bench.engine.deleteWorkflow(ref))).toMatchObject({ code: "not_found" });
    });

    test("lists are filtered, in order, and bounded", async () => {
      await bench.engine.apply([sums, say("a", "1.0.0"), source("alone", "- x:\n    set:\n      a: 1")], all);
      const names = async (filter: object) =>
        (await bench.engine.listWorkflows(filter)).map(({ name }) => name);
      expect(await names({})).toEqual(["alone", "say", "sums"]);
      expect(await names({ limit: 2 })).toEqual(["alone", "say"]);
      expect(await names({ name: "say" })).toEqual(["say"]);
      expect(await names({ namespace: "other" })).toEqual([]);
    });
  });
}
