import { afterEach, beforeEach, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";

let place: Place;
let heard: (string | null)[];
let agents: (string | null)[];
let peer: ReturnType<typeof Bun.serve>;
beforeEach(() => {
  place = new Place();
  heard = [];
  agents = [];
  const fetch = (request: Request) => {
    heard.push(request.headers.get("traceparent"));
    agents.push(request.headers.get("user-agent"));
    return Response.json({ ok: true });
  };
  peer = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
});
afterEach(async () => {
  await peer.stop(true);
  await place.pawl(["server", "stop"]);
  await place.close();
});

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${trace}-00f067aa0ba902b7-01`;

const calls = (more = "") =>
  definition("calls", `  - ask: { call: http, with: { method: get, endpoint: '${peer.url}'${more} } }`);

test.each([[], ["--ephemeral"]])("HTTP calls belong to the trace of the run %p", async (...flags) => {
  await place.file("calls.yaml", calls());
  const ran = await place.pawl(["run", "calls.yaml", "--traceparent", traceparent, ...flags]);
  expect(ran.code).toBe(0);
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  expect(heard[0]).not.toBe(traceparent);
});

test("what the author wrote stays, and without a trace there is none", async () => {
  await place.file("own.yaml", calls(`, headers: { traceparent: mine }`));
  await place.pawl(["run", "own.yaml", "--traceparent", traceparent]);
  await place.file("calls.yaml", calls());
  await place.pawl(["run", "calls.yaml"]);
  expect(heard).toEqual(["mine", null]);
});

test("who calls is pawl and its version, unless the author says otherwise", async () => {
  const { version } = JSON.parse((await place.pawl(["version", "-o", "json"])).stdout);
  await place.file("calls.yaml", calls());
  await place.file("own.yaml", calls(`, headers: { User-Agent: mine }`));
  await place.pawl(["run", "calls.yaml", "--ephemeral"]);
  await place.pawl(["run", "calls.yaml"]);
  await place.pawl(["run", "own.yaml"]);
  expect(agents).toEqual([`pawl/${version}`, `pawl/${version}`, "mine"]);
});

test("what is no traceparent is refused", async () => {
  await place.file("calls.yaml", calls());
  const { code, stderr } = await place.pawl(["run", "calls.yaml", "--traceparent", "00-1-2-3"]);
  expect(code).toBe(2);
  expect(stderr).toContain('"00-1-2-3" is not a traceparent');
  expect(heard).toEqual([]);
});
