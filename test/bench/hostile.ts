/**
 * What one caller can do to the others: the longest that a `get` of somebody else takes while a large definition is applied,
 * a large input is started, or executions do all that is permitted. Through the compiled server; the others are a process of
 * their own. `bun test/bench/hostile.ts [case …]`
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { clientsOf } from "../../src/client/rpc.ts";
import { locateHome } from "../../src/config/home.ts";
import { source } from "../engine/definitions.ts";
import { memoryOf, percentile } from "./measure.ts";
import { ms, scratch, section } from "./report.ts";
import { apply, runOnServer, type Server, serve, start } from "./server.ts";

/** How long the others look on while something goes on without an end. */
const watchMs = 5_000;

const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join("\n");
const forkOf = (name: string, branches: number, task: (n: number) => string) =>
  source(
    name,
    `- all:\n    fork:\n      branches:\n${lines(branches, (n) => `      - b${n}:\n          ${task(n)}`)}`,
  );
const large = 4 << 20;
/** As many tasks as there may be, and text up to the last byte. */
const padded = (name: string, more = "") => {
  const tasks = lines(18_000, (n) => `- t${n}: { set: { a: '\${ .a + ${n} }' } }`);
  const { file, text } = source(name, `- first: { set: { a: 1${more} } }\n${tasks}`);
  return { file, text: `${text}# ${"x".repeat(large - text.length - 3)}\n` };
};
const items = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: n, name: `item ${n}`, tags: ["a", "b"] }));
const build =
  '[range(0; 10000) | {id: ., name: "item \\(.)", on: true, list: [1, 2, 3], text: "0123456789012345"}]';
const steps = Array.from({ length: 10 }, (_, n) =>
  [
    `- step${n}:\n    set: { items: '\${ .items${n < 6 ? " + .items" : ""} }', n: '\${ .n + 1 }' }`,
    `- nap${n}:\n    wait: { milliseconds: 1 }`,
  ].join("\n"),
);
const carrying = source(
  "carrying",
  `- build:\n    set: { items: '\${ ${build} }', n: 0 }\n${steps.join("\n")}\n- end:\n    set: { n: '\${ .n }' }`,
);
const loops = [
  source(
    "loop-for",
    [
      "- go:\n    for: { in: '[range(0; 100000)]' }\n    do:\n      - a: { set: { n: '${ .n + 1 }' } }",
      "- again: { set: { n: 0 }, then: go }",
    ].join("\n"),
  ),
  source(
    "loop-while",
    [
      "- go:\n    for: { in: '[range(0; 100000)]' }\n    while: 'true'\n    do:\n      - a: { set: { n: 1 } }",
      "- again: { set: { n: 0 }, then: go }",
    ].join("\n"),
  ),
  source("loop-then", "- a: { set: { n: '${ (.n // 0) + 1 }' }, then: a }"),
];

interface Case {
  readonly told: string;
  readonly act: (server: Server) => Promise<unknown>;
  /** It does not end by itself. */
  readonly endless?: boolean;
}
const endless =
  (sources: readonly { file: string; text: string }[], times: number) => async (server: Server) => {
    await apply(server.clients, sources);
    for (let n = 0; n < times; n++) {
      const { file } = sources[n % sources.length]!;
      await start(server.clients, `loop-${n}`, file.replace(".yaml", ""), {});
    }
  };
const forked = (kind: string, task: (n: number) => string) => async (server: Server) => {
  await apply(server.clients, [forkOf(kind, 10_000, task)]);
  await Promise.all(Array.from({ length: 10 }, (_, n) => runOnServer(server, `${kind}-${n}`, kind, {})));
};

const cases: Readonly<Record<string, (url: string) => Case>> = {
  apply: () => ({
    told: "a definition of 4 MB is applied",
    act: (server) => apply(server.clients, [padded("large")]),
  }),
  anchors: () => ({
    told: "the same with anchors in it",
    act: (server) => apply(server.clients, [padded("anchors", ", b: &x 1, c: *x")]),
  }),
  inline: () => ({
    told: "it is started inline",
    act: async (server) => {
      const { file, text } = padded("inline");
      await server.clients.executions.start({
        id: "inline",
        what: { case: "definition", value: { file, text } },
        input: "{}",
      });
    },
  }),
  input: () => ({
    told: "an input of 30 MB is started",
    act: async (server) => {
      await apply(server.clients, [source("one", "- a: { set: { n: '${ .items | length }' } }")]);
      await runOnServer(server, "input", "one", { items: items(570_000) });
    },
  }),
  carry: () => ({
    told: "60 MB of data are built and go through 10 tasks",
    act: async (server) => {
      await apply(server.clients, [carrying]);
      await runOnServer(server, "carry", "carrying", {});
    },
  }),
  carries: () => ({
    told: "the same, 50 at once",
    act: async (server) => {
      await apply(server.clients, [carrying]);
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => runOnServer(server, `carry-${n}`, "carrying", {})),
      );
    },
  }),
  "fork-set": () => ({ told: "10 forks of 10,000 `set`", act: forked("set", () => "set: { n: 1 }") }),
  "fork-wait": () => ({
    told: "10 forks of 10,000 `wait`",
    act: forked("wait", () => "wait: { milliseconds: 50 }"),
  }),
  "fork-http": (url) => ({
    told: "10 forks of 10,000 HTTP calls",
    endless: true,
    act: async (server) => {
      await apply(server.clients, [
        forkOf("http", 10_000, (n) => `call: http\n          with: { method: get, endpoint: '${url}?${n}' }`),
      ]);
      for (let n = 0; n < 10; n++) await start(server.clients, `http-${n}`, "http", {});
    },
  }),
  loop: () => ({ told: "one endless loop", endless: true, act: endless(loops.slice(2), 1) }),
  loops: () => ({
    told: "50 endless loops of `for`, `while`, `then`",
    endless: true,
    act: endless(loops, 50),
  }),
};

/** The others: one `get` after the other, until its standard input ends. Answers what each took, in ms. */
async function look(home: string): Promise<void> {
  const { executions } = clientsOf(locateHome(home));
  const times: number[] = [];
  let ended = false;
  void Bun.stdin.text().then(() => {
    ended = true;
  });
  console.log("ready");
  while (!ended) {
    const from = performance.now();
    await executions.get({ id: "other" });
    times.push(performance.now() - from);
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(JSON.stringify(times));
}

async function measure(name: string, url: string) {
  const folder = scratch();
  const server = await serve(folder);
  await apply(server.clients, [source("other", "- a: { set: { n: 1 } }")]);
  await runOnServer(server, "other", "other", {});
  const one = cases[name]!(url);
  const child = Bun.spawn([process.execPath, import.meta.path, "look", join(folder, "home")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const reader = child.stdout.getReader();
  await reader.read();
  const from = performance.now();
  await one.act(server);
  if (one.endless) await new Promise((resolve) => setTimeout(resolve, watchMs));
  const tookMs = performance.now() - from;
  child.stdin.end();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read())
    text += new TextDecoder().decode(part.value);
  const times = JSON.parse(text) as number[];
  const { peakMb } = memoryOf(server.pid);
  await server.end("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
  return {
    name,
    told: one.told,
    tookMs,
    peakMb,
    times: times.length,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: Math.max(...times),
  };
}

async function contest(names: readonly string[]) {
  const peer = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({ n: 1 }) });
  const raw = [];
  for (const name of names) raw.push(await measure(name, peer.url.href));
  await peer.stop(true);
  const rows = raw.map((one) => [
    one.told,
    ms(one.tookMs),
    ms(one.p50Ms),
    ms(one.p99Ms),
    ms(one.maxMs),
    `${one.peakMb.toFixed(0)} MB`,
  ]);
  return {
    method: `One server each; somebody else asks with \`get\`, one after the other, from a process of its own.`,
    tables: [{ head: ["meanwhile", "took", "`get` p50", "p99", "longest", "peak RSS"], rows }],
    raw,
  };
}

const [first, ...rest] = process.argv.slice(2);
if (first === "look") await look(rest[0]!);
else {
  const names = first === undefined ? Object.keys(cases) : [first, ...rest];
  await section("hostile", "One against the others", () => contest(names));
}
