import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locateHome } from "../../src/config/home.ts";
import { readSettings } from "../../src/config/settings.ts";
import { resolveTemporal, type TemporalConnection } from "../../src/config/temporal/connection.ts";
import type { Failure } from "../../src/failure.ts";

let folder: string;
let toml: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pawl-config-"));
  toml = join(folder, ".config/temporalio/temporal.toml");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Given {
  readonly flags?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly config?: string;
  readonly toml?: string;
}

/** As a server in the foreground would see it. */
async function resolve(given: Given): Promise<TemporalConnection> {
  const env = { HOME: folder, ...given.env };
  if (given.config !== undefined) await Bun.write(join(folder, "config.yaml"), given.config);
  if (given.toml !== undefined) await Bun.write(toml, given.toml);
  const sources = { env, ...(given.flags && { flags: given.flags }) };
  return resolveTemporal(await readSettings(locateHome(folder), sources), env);
}

async function refused(given: Given): Promise<Failure> {
  return resolve(given).then(
    (connection) => Promise.reject(new Error(`Taken: ${JSON.stringify(connection)}`)),
    (failure: Failure) => failure,
  );
}

const originOf = ({ settings }: TemporalConnection, name: string) =>
  settings.find((setting) => setting.name === name)?.origin;

const everywhere: readonly [string, Given, string, string][] = [
  ["a flag", { flags: { "temporal-namespace": "a" } }, "a", "--temporal-namespace"],
  ["our variable", { env: { PAWL_TEMPORAL_NAMESPACE: "b" } }, "b", "PAWL_TEMPORAL_NAMESPACE"],
  ["config.yaml", { config: "temporal-namespace: c\n" }, "c", "config.yaml:1:1"],
  ["Temporal's variable", { env: { TEMPORAL_NAMESPACE: "d" } }, "d", "TEMPORAL_NAMESPACE"],
  [
    "Temporal's file",
    { toml: '[profile.default]\nnamespace = "e"\n' },
    "e",
    'temporal.toml: profile "default", "namespace"',
  ],
  ["nobody", {}, "default", "default"],
];

describe("who says where Temporal is", () => {
  test.each(everywhere.map((_, index) => [everywhere[index]![0], index] as const))(
    "%s comes before all that follow",
    async (_, index) => {
      const said = everywhere.slice(index);
      const given: Given = {
        ...Object.assign({}, ...said.map(([, one]) => one)),
        env: Object.assign({}, ...said.map(([, { env }]) => env)),
      };
      const connection = await resolve(given);
      expect(connection.namespace).toBe(everywhere[index]![2]);
      expect(originOf(connection, "namespace")).toEndWith(everywhere[index]![3]);
    },
  );

  test("each part comes from whoever says it", async () => {
    const connection = await resolve({
      flags: { "temporal-task-queue": "mine" },
      config: "temporal-address: temporal.test:7000\n",
      env: { TEMPORAL_NAMESPACE: "there" },
      toml: '[profile.default.tls]\nserver_name = "temporal.internal"\n',
    });
    expect(connection).toMatchObject({
      address: "temporal.test:7000",
      namespace: "there",
      taskQueue: "mine",
      tls: { serverName: "temporal.internal" },
    });
  });

  test("a server that a client started sees no variables, and finds the file of its user", async () => {
    await Bun.write(toml, '[profile.other]\naddress = "other.test:7233"\n');
    await Bun.write(
      join(folder, "config.yaml"),
      `temporal-config-file: ${toml}\ntemporal-profile: other\ntemporal-namespace: n\n`,
    );
    const connection = resolveTemporal(await readSettings(locateHome(folder)));
    expect(connection).toMatchObject({ address: "other.test:7233", namespace: "n" });
  });
});

describe("temporal.toml", () => {
  const cloud = `
[profile.prod]
address = "ns.acct.tmprl.cloud:7233"
namespace = "ns.acct"
api_key = 'secret-key'
[profile.prod.grpc_meta]
X_Team = "payments"
[profile."mutual tls"]
address = "temporal.test"
[profile."mutual tls".tls]
client_cert_path = "/certs/client.pem"
client_key_data = """
-----BEGIN PRIVATE KEY-----
"""
server_ca_cert_path = "ca.pem"
`;

  test("its profiles are known by TEMPORAL_PROFILE, and its place by TEMPORAL_CONFIG_FILE", async () => {
    const elsewhere = join(folder, "elsewhere.toml");
    await Bun.write(elsewhere, cloud);
    const env = { TEMPORAL_CONFIG_FILE: elsewhere, TEMPORAL_PROFILE: "prod" };
    const connection = await resolve({ env });
    expect(connection).toMatchObject({
      address: "ns.acct.tmprl.cloud:7233",
      namespace: "ns.acct",
      apiKey: { text: "secret-key" },
      tls: {},
      metadata: { "x-team": "payments" },
    });
    expect(JSON.stringify(connection.settings)).not.toContain("secret-key");
    expect(originOf(connection, "TLS")).toBe(`${elsewhere}: profile "prod", "api_key"`);
    const other = await resolve({ env, flags: { "temporal-profile": "mutual tls" } });
    expect(other).toMatchObject({
      address: "temporal.test:7233",
      tls: {
        cert: { file: "/certs/client.pem" },
        key: { text: "-----BEGIN PRIVATE KEY-----\n" },
        ca: { file: join(process.cwd(), "ca.pem") },
      },
    });
  });

  test("a table for TLS asks for it, unless it is disabled", async () => {
    expect((await resolve({ toml: "[profile.default.tls]\n" })).tls).toEqual({});
    expect((await resolve({ toml: "[profile.default.tls]\ndisabled = true\n" })).tls).toBeUndefined();
    const again = { toml: "[profile.default.tls]\ndisabled = true\n", env: { TEMPORAL_TLS: "true" } };
    expect((await resolve(again)).tls).toEqual({});
  });

  test("what is not known is told and not heeded, what others use is nobody's concern", async () => {
    const text = '[profile.default]\nadress = "x:1"\n[profile.default.codec]\nendpoint = "y"\n';
    const { notes, address } = await resolve({ toml: text });
    expect(notes).toEqual([`${toml}: profile "default", "adress" is not known, and not heeded`]);
    expect(address).toBe("127.0.0.1:7233");
  });

  test.each([
    [
      "its syntax",
      '[profile.default]\n\naddress = a:1\nnamespace = "n"\n',
      'temporal.toml:3: Strings must be quoted: "a"',
    ],
    [
      "a text that has no end",
      '[profile.default]\naddress = """\nmore\n',
      "temporal.toml:2: Unterminated string",
    ],
    [
      "an address",
      '[profile.default]\naddress = "a b"\n',
      'temporal.toml: profile "default", "address": Expected HOST:PORT, got "a b"',
    ],
    ["a type", "[profile.default]\nnamespace = 5\n", '"namespace": Expected a text, got 5'],
    ["a key that is no text", "[profile.default]\napi_key = 5\n", '"api_key": Expected a text in quotes'],
    ["a table", "[profile.default]\ntls = true\n", 'profile "default", "tls": Expected a table'],
    ["a boolean", '[profile.default.tls]\ndisabled = "no"\n', '"tls": Expected true or false'],
    [
      "a key twice over",
      '[profile.default.tls]\nclient_key_path = "a"\nclient_key_data = "b"\n',
      '"tls.client_key_data": It is given twice',
    ],
    [
      "a certificate without its key",
      '[profile.default.tls]\nclient_cert_path = "a"\n',
      '"tls.client_cert_path": The client\'s key is missing',
    ],
    [
      "what would not be safe",
      "[profile.default.tls]\ndisable_host_verification = true\n",
      '"tls.disable_host_verification": The server\'s certificate is always verified',
    ],
  ])("says where it is wrong: %s", async (_, text, message) => {
    const failure = await refused({ toml: text });
    expect(failure).toMatchObject({ code: "invalid_argument", reason: "config-invalid" });
    expect(failure.message).toContain(message);
    expect(failure.message).toStartWith(toml);
    expect(failure.hint).toBeString();
  });

  test("a file or a profile that was named must be there", async () => {
    const absent = await refused({ env: { TEMPORAL_CONFIG_FILE: "/nowhere/temporal.toml" } });
    expect(absent.message).toBe('"/nowhere/temporal.toml" does not exist');
    const unknown = await refused({ toml: cloud, config: "temporal-profile: staging\n" });
    expect(unknown.message).toBe(`${toml}: There is no profile "staging"`);
    expect(unknown.hint).toBe("Profiles that are there: prod, mutual tls");
  });
});

describe("the API key", () => {
  test("comes from a variable or a file, and is shown to nobody", async () => {
    const connection = await resolve({ env: { PAWL_TEMPORAL_API_KEY: "k-1" } });
    expect(connection).toMatchObject({ apiKey: { text: "k-1" }, tls: {} });
    expect(connection.settings).toContainEqual({
      name: "API key",
      value: "(given)",
      origin: "PAWL_TEMPORAL_API_KEY",
    });
    const plain = await resolve({ env: { PAWL_TEMPORAL_API_KEY: "k-1", PAWL_TEMPORAL_TLS: "false" } });
    expect(plain).toMatchObject({ apiKey: { text: "k-1" } });
    expect(plain.tls).toBeUndefined();
  });

  test("of a flag's file counts more than a variable's, and that more than config.yaml's file", async () => {
    const env = { PAWL_TEMPORAL_API_KEY: "k-2" };
    const config = "temporal-api-key-file: /keys/a\n";
    expect((await resolve({ env, config })).apiKey).toEqual({ text: "k-2" });
    const flags = { "temporal-api-key-file": "/keys/b" };
    expect((await resolve({ env, config, flags })).apiKey).toEqual({ file: "/keys/b" });
    const both = await refused({ env: { ...env, PAWL_TEMPORAL_API_KEY_FILE: "/keys/c" } });
    expect(both.message).toBe("Both PAWL_TEMPORAL_API_KEY_FILE and PAWL_TEMPORAL_API_KEY are given");
  });

  test("does not stand in config.yaml, and is no flag", async () => {
    const failure = await refused({ config: "temporal-api-key: k-3\n" });
    expect(failure.message).toContain("config.yaml:1:1");
    expect(failure.message).not.toContain("k-3");
    expect(failure.hint).toContain('"temporal-api-key-file"');
    expect((await resolve({ config: "", flags: { "temporal-api-key": "k-4" } })).apiKey).toBeUndefined();
  });
});
