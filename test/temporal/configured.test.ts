import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { definition, Place } from "../cli/pawl.ts";
import { type Certificates, openCertificates, type Pair } from "./certificates.ts";
import { describeTemporal } from "./describe.ts";
import { type DevServer, openDevServer } from "./dev-server.ts";
import { type Front, openJudgingFront, openTlsFront } from "./fronts.ts";
import { Tail } from "./tail.ts";

setDefaultTimeout(60_000);

describeTemporal("a server that is told by Temporal's own configuration where Temporal is", () => {
  let temporal: DevServer;
  let certificates: Certificates;
  let mutual: Front;
  let open: Front;
  let ca: Pair;
  let keyed: Front;
  let profile: string;
  let place: Place;

  beforeAll(async () => {
    temporal = await openDevServer();
    await temporal.start();
    await temporal.createNamespace("production");
    certificates = await openCertificates();
    ca = await certificates.authority("ca");
    const own = await certificates.issue("own", "ca", "DNS:temporal.test");
    const client = await certificates.issue("client", "ca", "DNS:client");
    mutual = await openTlsFront({ to: temporal.address, pair: own, clientCa: ca.cert });
    open = await openTlsFront({ to: temporal.address, pair: own });
    keyed = await openJudgingFront(temporal.address, (_, { authorization }) =>
      authorization === "Bearer hidden-key" ? undefined : { code: 16, message: "invalid API key" },
    );
    profile = `
[profile.prod]
address = "${mutual.address}"
namespace = "production"
[profile.prod.tls]
server_name = "temporal.test"
server_ca_cert_path = "${ca.cert}"
client_cert_path = "${client.cert}"
client_key_data = '''
${await Bun.file(client.key).text()}'''
`;
  });
  beforeEach(async () => {
    place = new Place();
    await place.file("hello.yaml", definition("hello", "  - greet: { set: { hello: true } }"));
  });
  afterEach(async () => {
    await place.pawl(["server", "stop"]);
    await place.close();
  });
  afterAll(async () => {
    for (const front of [mutual, open, keyed]) await front?.close();
    await certificates?.close();
    await temporal?.close();
  });

  /** However busy the machine is. */
  async function connected(): Promise<void> {
    const tail = new Tail(place);
    await tail.told(": connected");
    await tail.close();
  }

  const statusOf = async () =>
    JSON.parse((await place.pawl(["server", "status", "-o", "json"])).stdout).engine;

  test("in the background, by a profile of temporal.toml with certificates", async () => {
    const toml = join(place.directory, "temporal.toml");
    await place.file("temporal.toml", profile);
    const config = `engine: temporal\ntemporal-config-file: ${toml}\ntemporal-profile: prod\n`;
    await place.file("home/config.yaml", `${config}temporal-task-queue: own\n`);
    await place.pawl(["server", "start"], { env: { TEMPORAL_NAMESPACE: "of-the-client" } });
    await connected();
    const ran = await place.pawl(["run", "hello.yaml"]);
    expect(ran).toMatchObject({ code: 0, stdout: '{"hello":true}\n' });
    const { state, details } = await statusOf();
    expect(state).toBe("ready");
    const from = (key: string) => `${toml}: profile "prod", "${key}"`;
    expect(details.settings).toEqual(
      expect.arrayContaining([
        { name: "address", value: mutual.address, origin: from("address") },
        { name: "namespace", value: "production", origin: from("namespace") },
        { name: "task queue", value: "own", origin: `${place.home}/config.yaml:4:1` },
        { name: "client key", value: "(given)", origin: from("tls.client_key_data") },
      ]),
    );
    const doctor = await place.pawl(["doctor"]);
    expect(doctor.stdout).toContain("may start executions, and work on them");
    expect(doctor.code).toBe(0);
  });

  test("in the foreground, by Temporal's variables and a key of ours, which stands nowhere", async () => {
    const env = {
      TEMPORAL_ADDRESS: keyed.address,
      TEMPORAL_TLS: "false",
      TEMPORAL_NAMESPACE: "production",
      PAWL_TEMPORAL_API_KEY: "hidden-key",
    };
    await place.serve(["--engine", "temporal"], env);
    await connected();
    expect(await place.pawl(["run", "hello.yaml"])).toMatchObject({ code: 0, stdout: '{"hello":true}\n' });
    const text = await place.pawl(["server", "status"]);
    expect(text.stdout).toContain("API key (given) from PAWL_TEMPORAL_API_KEY\n");
    expect(text.stdout).toContain("namespace production from TEMPORAL_NAMESPACE\n");
    const { stdout: log } = await place.pawl(["server", "logs", "-o", "jsonl"]);
    const told = [text.stdout, JSON.stringify(await statusOf()), log].join("\n");
    expect(told).not.toContain("hidden-key");
    // Who looks from elsewhere does not know the key, and is told so.
    const doctor = await place.pawl(["doctor"]);
    expect(doctor.stdout).toContain(
      "The server's API key is from PAWL_TEMPORAL_API_KEY, which is not known here",
    );
  });

  test("with TLS and nothing else, whom the system trusts is trusted", async () => {
    const env = { SSL_CERT_FILE: ca.cert };
    const flags = ["--temporal-address", open.address, "--temporal-tls", "true"];
    await place.serve(["--engine", "temporal", ...flags, "--temporal-tls-server-name", "temporal.test"], env);
    await connected();
    expect(await statusOf()).toMatchObject({ state: "ready", details: { connection: "connected" } });
    expect(await place.pawl(["doctor"], { env })).toMatchObject({ code: 0 });
    const stranger = await place.pawl(["doctor"]);
    expect(stranger.stdout).toContain("its certificate was made by an authority that is not trusted here");
  });

  test("a profile that is wrong is an error of the start, with its place", async () => {
    await place.file("temporal.toml", "[profile.default]\naddress = 5\n");
    const toml = join(place.directory, "temporal.toml");
    await place.file("home/config.yaml", `engine: temporal\ntemporal-config-file: ${toml}\n`);
    const { code, stderr } = await place.pawl(["run", "hello.yaml"]);
    expect(code).toBe(3);
    expect(stderr).toContain(`${toml}: profile "default", "address": Expected a text, got 5`);
    expect(stderr).toContain(`hint: Correct "address" in "${toml}"`);
  });
});
