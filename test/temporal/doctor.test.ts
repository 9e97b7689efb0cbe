import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { Place } from "../cli/pawl.ts";
import { type Certificates, openCertificates, type Pair } from "./certificates.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { type Front, type Judge, openJudgingFront, openTlsFront } from "./fronts.ts";

setDefaultTimeout(60_000);

interface Finding {
  readonly level: string;
  readonly check: string;
  readonly message: string;
  readonly fix: string | null;
}

const steps = ["dns", "tcp", "tls", "namespace", "permission"];

describeTemporal("pawl doctor on the way to Temporal", () => {
  let temporal: DevServer;
  let certificates: Certificates;
  let ca: Pair;
  let encrypted: Front;
  let judged: Front;
  let judge: Judge;
  let silent: Server;
  let place: Place;

  beforeAll(async () => {
    temporal = await openDevServer();
    await temporal.start();
    certificates = await openCertificates();
    ca = await certificates.authority("ca");
    const own = await certificates.issue("own", "ca", "IP:127.0.0.1");
    encrypted = await openTlsFront({ to: temporal.address, pair: own, clientCa: ca.cert });
    judged = await openJudgingFront(temporal.address, (method, headers) => judge(method, headers));
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => {
    place = new Place();
    judge = () => undefined;
  });
  afterEach(() => place.close());
  afterAll(async () => {
    silent.close();
    for (const front of [encrypted, judged]) await front?.close();
    await certificates?.close();
    await temporal?.close();
  });

  async function doctor(config: string, env: Record<string, string> = {}) {
    await place.file("home/config.yaml", `engine: temporal\ntemporal-config-file: /dev/null\n${config}`);
    const { stdout, code } = await place.pawl(["doctor", "-o", "jsonl"], { env });
    const findings: Finding[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const walked = findings.filter(({ check }) => steps.includes(check));
    expect(walked.map(({ check }) => check)).toEqual(steps);
    return { code, findings, of: (check: string) => walked.find((finding) => finding.check === check)! };
  }

  test("a way that is free, without a server", async () => {
    const { code, findings, of } = await doctor(`temporal-address: ${temporal.address}\n`);
    expect(code).toBe(0);
    for (const step of steps) {
      expect(of(step)).toMatchObject({ level: "ok", fix: null });
      expect(of(step).message).toMatch(/ \(\d+ ms\)$/);
    }
    expect(of("tcp").message).toStartWith(`connected to ${temporal.address}`);
    expect(of("namespace").message).toStartWith('"default" is there');
    expect(findings.find(({ check }) => check === "server")?.message).toStartWith("not running");
    expect(findings.map(({ message }) => message)).toContain("task queue pawl from default");
  });

  test("the server's own settings, when it runs with others than ours", async () => {
    await place.serve(["--engine", "temporal", "--temporal-address", temporal.address]);
    const { code, findings } = await doctor("temporal-address: 127.0.0.1:1\n");
    expect(code).toBe(0);
    const address = `address ${temporal.address} from --temporal-address`;
    expect(findings.map(({ message }) => message)).toContain(address);
  });

  const barred: readonly [string, () => string, string, string, string][] = [
    [
      "a name that nobody knows",
      () => "temporal-address: nowhere.invalid:7233",
      "dns",
      "its name cannot be",
      "name servers",
    ],
    [
      "nobody listening",
      () => "temporal-address: 127.0.0.1:1",
      "tcp",
      "127.0.0.1: ECONNREFUSED",
      "firewalls",
    ],
    [
      "TLS that is wanted",
      () => `temporal-address: ${encrypted.address}`,
      "tls",
      "it speaks TLS",
      "temporal-tls: true",
    ],
    [
      "another authority",
      () => `temporal-address: ${encrypted.address}\ntemporal-tls: true`,
      "tls",
      "authority that is not trusted",
      "temporal-tls-ca-file",
    ],
    [
      "a client's certificate that is wanted",
      () => `temporal-address: ${encrypted.address}\ntemporal-tls-ca-file: ${ca.cert}`,
      "tls",
      "it requires a certificate of the client",
      "temporal-tls-cert-file",
    ],
    [
      "a file that is not there",
      () => `temporal-address: ${encrypted.address}\ntemporal-tls-ca-file: /nowhere/ca.pem`,
      "tls",
      'the certificate authority "/nowhere/ca.pem" cannot be read: it does not exist',
      "Correct that file, or name another: temporal-tls-ca-file (now from ",
    ],
    [
      "no namespace",
      () => `temporal-address: ${temporal.address}\ntemporal-namespace: nowhere`,
      "namespace",
      "it does not have the namespace (Namespace nowhere is not found.)",
      "temporal operator namespace create --namespace nowhere",
    ],
  ];
  test.each(barred)("a way that is barred by %s", async (_, config, at, cause, fix) => {
    const { code, of } = await doctor(`${config()}\n`);
    expect(code).toBe(1);
    const barrier = steps.indexOf(at);
    for (const step of steps.slice(0, barrier)) expect(of(step).level).toBe("ok");
    expect(of(at)).toMatchObject({ level: "error" });
    expect(of(at).message).toContain(cause);
    expect(of(at).message).toMatch(/ \(\d+ ms\)$/);
    expect(of(at).fix).toContain(fix);
    for (const step of steps.slice(barrier + 1)) expect(of(step)).toMatchObject({ message: "not tried" });
  });

  test("a file that is not there is told without a connection, too", async () => {
    const { code, of } = await doctor(
      "temporal-address: 127.0.0.1:1\ntemporal-tls-ca-file: /nowhere/ca.pem\n",
    );
    expect(code).toBe(1);
    expect(of("tcp").level).toBe("error");
    expect(of("tls")).toMatchObject({
      level: "error",
      fix: expect.stringContaining("another: temporal-tls-ca-file"),
    });
    expect(of("namespace").message).toContain("not tried");
  });

  test("TLS that is as it should be, with a certificate that ends soon", async () => {
    const client = await certificates.issue("client", "ca", "DNS:client");
    const config = [
      `temporal-address: ${encrypted.address}`,
      `temporal-tls-ca-file: ${ca.cert}`,
      `temporal-tls-cert-file: ${client.cert}`,
      `temporal-tls-key-file: ${client.key}\n`,
    ];
    const { code, of } = await doctor(config.join("\n"));
    expect(code).toBe(0);
    expect(of("tls")).toMatchObject({ level: "warning", fix: "Renew the server's certificate" });
    expect(of("tls").message).toMatch(
      /^on, certificate the server's is valid until 20\S+Z, ours is valid until 20/,
    );
    expect(of("permission").level).toBe("ok");
  });

  test("a key that is not accepted is an error, and stands nowhere", async () => {
    judge = (_, { authorization }) =>
      authorization === "Bearer right" ? undefined : { code: 16, message: "invalid API key" };
    const config = `temporal-address: ${judged.address}\ntemporal-tls: false\n`;
    const wrong = await doctor(config, { PAWL_TEMPORAL_API_KEY: "wrong-key" });
    expect(wrong.of("namespace").message).toContain("it does not accept the credentials (invalid API key)");
    expect(JSON.stringify(wrong.findings)).not.toContain("wrong-key");
    expect(wrong.findings.map(({ message }) => message)).toContain(
      "API key (given) from PAWL_TEMPORAL_API_KEY (only for `pawl serve`)",
    );
    const right = await doctor(config, { PAWL_TEMPORAL_API_KEY: "right" });
    expect(right.of("permission").level).toBe("ok");
  });

  test.each([
    ["StartWorkflowExecution", "to start executions: it denies permission"],
    ["PollActivityTaskQueue", "to run activities: it denies permission"],
  ])("a permission that is missing: %s", async (denied, message) => {
    judge = (method) => (method === denied ? { code: 7, message: "Request unauthorized." } : undefined);
    const { of } = await doctor(`temporal-address: ${judged.address}\n`);
    expect(of("namespace").level).toBe("ok");
    expect(of("permission").message).toStartWith(message);
  });

  test("somebody who never answers costs three seconds, not more", async () => {
    const { port } = silent.address() as { port: number };
    const before = performance.now();
    const { of } = await doctor(`temporal-address: 127.0.0.1:${port}\n`);
    expect(performance.now() - before).toBeLessThan(6_000);
    expect(of("tls").message).toStartWith("no answer within 3 s");
  });

  test("of an engine that is not Temporal, nothing", async () => {
    await place.file("home/config.yaml", "temporal-address: 127.0.0.1:1\n");
    const { stdout, code } = await place.pawl(["doctor", "-o", "jsonl"]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('"tcp"');
  });
});
