import { afterEach, beforeEach, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.close());

/** Starts a server with metrics on a free port; answers where they are. */
async function serve(): Promise<string> {
  await place.serve(["--metrics", "127.0.0.1:0"]);
  const { stdout } = await place.pawl(["server", "logs", "-o", "jsonl"]);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines.find(({ message }) => message === "Serving metrics").url;
}

test("what happens is counted", async () => {
  const url = await serve();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const tasks = [
    "  - a: { set: { ok: true } }",
    "  - b: { wait: { milliseconds: 5 } }",
    "  - c: { raise: { error: { type: t, status: 500, title: t } } }",
  ].join("\n");
  await place.file("work.yaml", definition("work", tasks));
  expect((await place.pawl(["run", "work.yaml"])).code).toBe(1);
  const response = await fetch(url);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).split("\n");
  expect(lines).toContain('pawl_executions_started_total{by="call"} 1');
  expect(lines).toContain('pawl_executions_ended_total{status="faulted"} 1');
  expect(lines).toContain('pawl_tasks_total{kind="set",outcome="completed"} 1');
  expect(lines).toContain('pawl_tasks_total{kind="wait",outcome="completed"} 1');
  expect(lines).toContain('pawl_tasks_total{kind="raise",outcome="faulted"} 1');
  expect(lines).toContain("pawl_timer_lateness_seconds_count 1");
  expect(lines).toContain('pawl_executions{status="running"} 0');
  expect(lines).toContain('pawl_rpc_seconds_count{method="pawl.v1.ExecutionService/Start",code="ok"} 1');
  for (const name of ["pawl_commit_seconds_count", "pawl_commit_items_count", "pawl_sync_seconds_count"]) {
    expect(Number(lines.find((line) => line.startsWith(name))?.split(" ")[1])).toBeGreaterThan(1);
  }
  expect(Number(/^process_resident_memory_bytes (\d+)/m.exec(lines.join("\n"))?.[1])).toBeGreaterThan(1e7);
  for (const line of lines) expect(line).toMatch(/^(#.*|[a-z_]+(\{.*\})? [0-9.e+-]+|)$/);
  expect((await fetch(url.replace("/metrics", "/"))).status).toBe(404);
});

test("an address that is taken is an error of the start", async () => {
  const taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { code, stderr } = await place.pawl(["serve", "--metrics", String(taken.port)]);
  expect(stderr).toContain(`Cannot serve metrics on "127.0.0.1:${taken.port}"`);
  expect(code).toBe(3);
  await taken.stop(true);
});
