import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { introduce, requestShutdown } from "../../src/client/handshake.ts";
import { type Home, locateHome } from "../../src/config/home.ts";
import { compareVersions } from "../../src/config/version.ts";
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Serving,
} from "../../src/gen/grpc/health/v1/health_pb.ts";
import { ServerService, ShutdownRequestSchema } from "../../src/gen/pawl/v1/server_pb.ts";

type Reply = { status: number; headers?: Record<string, string>; body?: Uint8Array };
type Seen = { url: string | undefined; body: Uint8Array; type: string | undefined };

/** A server of one answer; resolves with what it was asked. */
async function answering(
  reply: Reply,
  ask: (home: Home) => Promise<unknown>,
): Promise<{ seen: Seen; got: unknown }> {
  const directory = mkdtempSync(join(tmpdir(), "pawl-handshake-"));
  const home = locateHome(directory);
  (await import("node:fs")).mkdirSync(dirname(home.socket), { mode: 0o700 });
  let seen: Seen | undefined;
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen = { url: request.url, body: Buffer.concat(chunks), type: request.headers["content-type"] };
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(home.socket, resolve));
  try {
    const got = await ask(home);
    return { seen: seen!, got };
  } finally {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const headers = {
  "pawl-service": "pawl",
  "pawl-version": "1.2.3",
  "pawl-api": "1",
  "pawl-home": "h",
  "pawl-instance": "i",
};
const healthBody = (status: Serving) =>
  toBinary(HealthCheckResponseSchema, create(HealthCheckResponseSchema, { status }));

test("the health check that is encoded by hand is what the generated code would send and read", async () => {
  for (const status of [Serving.SERVING, Serving.NOT_SERVING, Serving.UNKNOWN]) {
    const reply = { status: 200, headers, body: healthBody(status) };
    const { seen, got } = await answering(reply, (home) => introduce(home, 5000));
    expect(seen.url).toBe(`/${Health.typeName}/${Health.method.check.name}`);
    expect(seen.type).toBe("application/proto");
    expect(seen.body).toEqual(
      Buffer.from(toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema))),
    );
    const server = {
      version: "1.2.3",
      api: "1",
      homeId: "h",
      instanceId: "i",
      serving: status === Serving.SERVING,
    };
    expect(got).toEqual({ kind: "server", server });
  }
});

test("the shutdown that is encoded by hand is what the generated code would read", async () => {
  for (const reason of ["restart", "a".repeat(100), "ü"]) {
    const { seen, got } = await answering({ status: 200 }, (home) => requestShutdown(home, reason, 5000));
    expect(seen.url).toBe(`/${ServerService.typeName}/${ServerService.method.shutdown.name}`);
    expect(fromBinary(ShutdownRequestSchema, seen.body).reason).toBe(reason);
    expect(got).toBe(true);
  }
});

test("an answer without our name is a stranger's, whatever it says", async () => {
  const replies: Reply[] = [
    { status: 200, body: healthBody(Serving.SERVING) },
    { status: 404, headers },
    { status: 200, headers: { ...headers, "pawl-service": "other" }, body: healthBody(Serving.SERVING) },
  ];
  for (const reply of replies) {
    const { got } = await answering(reply, (home) => introduce(home, 5000));
    expect(got).toEqual({ kind: "stranger" });
  }
});

test("no socket, and a server that says nothing, are told apart", async () => {
  const home = locateHome(join(tmpdir(), "pawl-no-such-home"));
  expect(await introduce(home, 1000)).toEqual({ kind: "absent" });
  const { got } = await answering({ status: 200, headers }, async (there) => {
    const answer = introduce(there, 5000, AbortSignal.timeout(0));
    return await answer.catch((error) => error.name);
  });
  expect(["TimeoutError", "AbortError"]).toContain(got as string);
});

test("versions are ordered as semantic versioning says", () => {
  const ordered = [
    "garbage",
    "0.0.0-dev",
    "0.1.0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0",
    "1.10.0",
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
  }
  expect(compareVersions("1.0.0+build", "1.0.0")).toBe(0);
});

test("the runtime is the pinned one", async () => {
  const { engines } = await import("../../package.json");
  expect(Bun.version).toBe(engines.bun);
});
