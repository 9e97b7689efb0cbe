import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { definition } from "../cli/pawl.ts";
import { type ForegroundServer, serveForeground } from "./foreground.ts";
import { callers } from "./storm.ts";

let server: ForegroundServer;
beforeAll(async () => {
  server = await serveForeground();
  const sources = [{ file: "small.yaml", text: definition("small", "  - a: { set: { ok: true } }") }];
  await server.call("pawl.v1.WorkflowService/Apply", { sources });
  await start("probe");
});
afterAll(() => server.stop());

const service = "pawl.v1.ExecutionService";
const start = (id: string, what: object = { workflow: { name: "small" } }, input: unknown = {}) =>
  server.call(`${service}/Start`, { id, ...what, input: JSON.stringify(input) });
const get = async (id: string) => (await server.call(`${service}/Get`, { id })).body;
const run = (name: string, tasks: string, input?: unknown) =>
  start(name, { definition: { file: `${name}.yaml`, text: definition(name, tasks) } }, input);
const residentMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))?.[1]) / 1024;

/** As many starts as there are callers, all at once; their answers, and how many were still open at each look. */
async function storm(name: string, count: number) {
  const all = await callers(server.socket, count, () => get("probe"));
  let open = count;
  const started = all.map(async (caller, n) => {
    const answer = await caller.call(`${service}/Start`, { id: `${name}${n}`, workflow: { name: "small" } });
    open -= 1;
    return answer;
  });
  const looks: number[] = [];
  while (open > 0) {
    expect((await get("probe")).execution.id).toBe("probe");
    looks.push(open);
  }
  for (const caller of all) caller.close();
  return { answers: await Promise.all(started), looks };
}

describe("more starts than there is room for", () => {
  test("are refused with a time to come back, the others done, and looking goes on meanwhile", async () => {
    const { answers, looks } = await storm("a", 3_000);
    const refused = answers.filter((answer) => answer.startsWith("HTTP/1.1 429"));
    const accepted = answers.filter((answer) => answer.startsWith("HTTP/1.1 200"));
    // All at once or, where the kernel lets fewer wait, some at a time: nobody goes without an answer.
    expect(refused.length + accepted.length).toBe(3_000);
    expect(accepted.length).toBeGreaterThanOrEqual(1_000);
    for (const answer of refused.slice(0, 10)) {
      expect(answer).toMatch(/retry-after: 1\r\n/i);
      expect(answer).toContain('"code":"resource_exhausted"');
    }
    // A caller that only looks does not stand in line behind all of them.
    expect(looks.filter((open) => open > 100).length).toBeGreaterThan(3);
    const index = answers.findIndex((answer) => answer.startsWith("HTTP/1.1 429"));
    if (index >= 0) expect(await get(`a${index}`)).toMatchObject({ code: "not_found" });
  }, 60_000);

  test.skipIf(process.platform !== "linux")(
    "leave memory and descriptors bounded",
    async () => {
      const descriptors = () => readdirSync(`/proc/${server.process.pid}/fd`).length;
      await get("probe");
      const before = descriptors();
      for (const name of ["b", "c", "d", "e", "f", "g"]) await storm(name, 2_000);
      // Kept for ever, what 12,000 callers held would be several times as much.
      expect(residentMb()).toBeLessThan(400);
      // The last callers' connections close as the server hears of it, beside calls: the test's time is the bound.
      while (descriptors() >= before + 100) await get("probe");
    },
    60_000,
  );
});

describe("one hostile execution", () => {
  /** Others are served while it is there. */
  async function others(name: string): Promise<void> {
    for (let n = 0; n < 20; n++) expect((await start(`${name}-other${n}`)).status).toBe(200);
  }

  test("that never ends leaves the others their turns", async () => {
    const tasks = [
      "  - count: { set: { n: '${ (.n // 0) + 1 }' } }",
      "  - again: { switch: [ { more: { when: 'true', then: count } } ] }",
    ];
    await run("endless", tasks.join("\n"));
    await others("endless");
    expect((await get("endless")).execution.status).toBe("EXECUTION_STATUS_RUNNING");
    expect((await server.call(`${service}/Cancel`, { id: "endless" })).status).toBe(200);
  }, 20_000);

  test("whose data doubles for ever faults", async () => {
    const tasks = [
      "  - begin: { set: { a: '${ \"x\" * 1000 }' } }",
      "  - double: { set: { a: '${ .a + .a }' } }",
      "  - again: { switch: [ { more: { when: 'true', then: double } } ] }",
    ];
    await run("doubles", tasks.join("\n"));
    await others("doubles");
    expect((await get("doubles")).execution.status).toBe("EXECUTION_STATUS_FAULTED");
  }, 20_000);

  test("with 50 MB of input is refused before it is one", async () => {
    const { body } = await start("fat", undefined, "x".repeat(50_000_000));
    expect(body).toMatchObject({ code: "resource_exhausted" });
    await others("fat");
    expect(await get("fat")).toMatchObject({ code: "not_found" });
  }, 20_000);

  test("with 100,000 branches is refused", async () => {
    const branches = Array.from({ length: 100_000 }, (_, n) => `          - b${n}: { set: { n: ${n} } }`);
    const { body } = await run(
      "wide",
      ["  - all:", "      fork:", "        branches:", ...branches].join("\n"),
    );
    expect(body.code).toBe("invalid_argument");
    await others("wide");
  }, 20_000);

  test("with 100,000 iterations ends, and others with it", async () => {
    const tasks =
      "  - all: { for: { each: i, in: '${ [range(100000)] }' }, do: [ { one: { set: { n: '${ $i }' } } } ] }";
    await run("long", tasks);
    await others("long");
    expect((await start("long-last")).status).toBe(200);
  }, 20_000);
});
