/**
 * B7: a fork of 1,000 HTTP calls against the bare fetches, and a loop of 100,000 iterations; each in a process of its own.
 * `bun test/bench/fan-out.ts [rounds]`
 */
import { rmSync } from "node:fs";
import { source } from "../engine/definitions.ts";
import { embedded, runToEnd } from "./embedded.ts";
import { median, memoryOf, timed } from "./measure.ts";
import { ms, scratch, section } from "./report.ts";

const [calls, iterations] = [1_000, 100_000];
const kinds = ["bare", "fork", "for"] as const;
type Kind = (typeof kinds)[number];

interface Turn {
  /** Reading and storing the definition, and another of the same size after it; 0 for the bare fetches. */
  readonly applyMs: number;
  readonly secondApplyMs: number;
  readonly firstMs: number;
  /** The second run in one process, when everything is compiled. */
  readonly warmMs: number;
  /** Processor time of the second run. */
  readonly cpuMs: number;
  readonly peakMb: number;
}

const forkOf = (url: string, version?: string) => {
  const branch = (_: unknown, n: number) =>
    `      - b${n}:\n          call: http\n          with: { method: get, endpoint: '${url}?${n}' }`;
  return source(
    "fork",
    `- all:\n    fork:\n      branches:\n${Array.from({ length: calls }, branch).join("\n")}`,
    version,
  );
};
const loopOf = (version?: string) =>
  source(
    "for",
    `- count:\n    for: { in: '[range(0; ${iterations})]' }\n    do:\n      - add: { set: { n: '\${ .n + 1 }' } }`,
    version,
  );

async function turn(kind: Kind, url: string): Promise<Turn> {
  const folder = scratch();
  const engine = await embedded(folder, []);
  const definition = (version?: string) => (kind === "for" ? loopOf(version) : forkOf(url, version));
  const applying = (version?: string) =>
    kind === "bare" ? 0 : timed(() => engine.apply([definition(version)], { dryRun: false }));
  const fetchOne = async (_: unknown, n: number) => (await fetch(`${url}?${n}`)).json();
  let serial = 0;
  const work = () =>
    kind === "bare"
      ? Promise.all(Array.from({ length: calls }, fetchOne))
      : runToEnd(engine, `${kind}-${serial++}`, kind, { n: 0 });
  const applyMs = await applying();
  const firstMs = await timed(work);
  const secondApplyMs = await applying("0.9.0");
  const before = process.cpuUsage();
  const warmMs = await timed(work);
  const { user, system } = process.cpuUsage(before);
  const { peakMb } = memoryOf(process.pid);
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
  return { applyMs, secondApplyMs, firstMs, warmMs, cpuMs: (user + system) / 1000, peakMb };
}

async function contest(rounds: number) {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({ n: 1 }) });
  const turns: Record<Kind, Turn[]> = { bare: [], fork: [], for: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      const child = Bun.spawn([process.execPath, import.meta.path, kind, server.url.href], {
        stdio: ["ignore", "pipe", "inherit"],
        timeout: 60_000,
      });
      turns[kind].push(JSON.parse(await child.stdout.text()) as Turn);
    }
  }
  await server.stop(true);
  const of = (kind: Kind, field: keyof Turn) => median(turns[kind].map((one) => one[field]));
  const ratio = (kind: Kind, field: "firstMs" | "warmMs") =>
    kind === "fork" ? `${(of(kind, field) / of("bare", field)).toFixed(1)}×` : "";
  const row = (kind: Kind, told: string) => [
    told,
    ...(kind === "bare" ? ["", ""] : [ms(of(kind, "applyMs")), ms(of(kind, "secondApplyMs"))]),
    ...[ms(of(kind, "firstMs")), ratio(kind, "firstMs")],
    ...[ms(of(kind, "warmMs")), ratio(kind, "warmMs"), ms(of(kind, "cpuMs"))],
    `${of(kind, "peakMb").toFixed(0)} MB`,
  ];
  const runs = ["first run", "to the bare", "second run", "to the bare", "CPU of it"];
  return {
    method: `${rounds} rounds in turns, medians, in process, output-commit; the HTTP server is in another process.`,
    tables: [
      {
        head: ["", "first apply", "another apply", ...runs, "peak RSS"],
        rows: [
          row("bare", "1,000 bare fetches"),
          row("fork", "`fork` of 1,000 HTTP calls"),
          row("for", "`for` of 100,000 iterations"),
        ],
      },
    ],
    raw: turns,
  };
}

const [kind, url] = process.argv.slice(2);
if (url !== undefined) console.log(JSON.stringify(await turn(kind as Kind, url)));
else {
  await section("fan-out", "B7: fan-out and loops", () => contest(Number(kind ?? 5)));
}
