import { describe, expect, test } from "bun:test";
import type { Bench } from "./contract.ts";
import { ended, refusal } from "./reading.ts";

const asks = (uri: string) => ({
  file: "asks.yaml",
  text: JSON.stringify({
    document: { dsl: "1.0.3", namespace: "default", name: "asks", version: "0.1.0" },
    use: { secrets: ["token"] },
    do: [{ ask: { call: "http", with: { method: "get", endpoint: { uri } } } }],
  }),
});

/** Secrets: values go in, and come out in activities alone. */
export function secretContract(bench: Bench): void {
  describe("secrets", () => {
    test("are set, replaced, listed by name and deleted", async () => {
      const { secrets } = bench.engine;
      expect(await secrets.set("b/two", "2")).toEqual({ created: true });
      expect(await secrets.set("a-one", "1")).toEqual({ created: true });
      expect(await secrets.set("a-one", "other")).toEqual({ created: false });
      const listed = await secrets.list();
      expect(listed.map(({ name }) => name)).toEqual(["a-one", "b/two"]);
      for (const { createdAt, updatedAt } of listed) expect(updatedAt).toBeGreaterThanOrEqual(createdAt);
      expect(JSON.stringify(listed)).not.toContain("other");
      await secrets.delete("a-one");
      expect((await secrets.list()).map(({ name }) => name)).toEqual(["b/two"]);
      expect(await refusal(secrets.delete("a-one"))).toMatchObject({ code: "not_found" });
    });

    test.each([
      ["", "x"],
      ["with space", "x"],
      ["-flag", "x"],
      ["n".repeat(129), "x"],
      ["empty", ""],
      ["long", "x".repeat(32 * 1024 + 1)],
    ])("%p is refused without its value being told", async (name, value) => {
      const failure = await refusal(bench.engine.secrets.set(name, value));
      expect(failure).toMatchObject({ code: "invalid_argument" });
      expect((failure as Error).message.length).toBeLessThan(300);
      expect(await bench.engine.secrets.list()).toEqual([]);
    });

    test("are read by activities as they stand at that moment, if they exist", async () => {
      const read = async (at: number) => [...(await bench.peers.calls[at]!.secrets(["token", "none"]))];
      const { secrets } = bench.engine;
      await secrets.set("token", "first");
      await bench.engine.startExecution({ id: "s1", workflow: asks("http://peer.test/hold"), input: {} });
      await bench.peers.arrived(1);
      expect(await read(0)).toEqual([["token", "first"]]);
      await secrets.set("token", "second");
      expect(await read(0)).toEqual([["token", "second"]]);
      await secrets.delete("token");
      expect(await read(0)).toEqual([]);
      bench.peers.calls[0]!.answer({});
      expect(await ended(bench.engine, "s1")).toMatchObject({ status: "completed" });
    });
  });
}
