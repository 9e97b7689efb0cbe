import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDispatcher } from "../../src/server/connection.ts";
import { isRefusable } from "../../src/server/door.ts";
import { contextInMemory, exchange } from "./answering.ts";

const body = '{"id":"x","workflow":{"name":"x"}}';
const usual = { host: "pawl", "content-type": "application/json", "content-length": String(body.length) };

function call(
  headers: Record<string, string> = {},
  line = "POST /pawl.v1.ExecutionService/Start HTTP/1.1",
): Buffer {
  const lines = Object.entries({ ...usual, ...headers }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${line}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}

describe("at the door", () => {
  test.each<[string, Buffer]>([
    ["a start", call()],
    ["a start in binary", call({ "content-type": "application/proto" })],
    ["headers in capitals", Buffer.from(call().toString().replace("content-length", "Content-Length"))],
    ["a connection that stays", call({ connection: "keep-alive" })],
  ])("%s can be refused", (_what, sent) => expect(isRefusable(sent)).toBe(true));

  test.each<[string, Buffer]>([
    ["a look", call({}, "POST /pawl.v1.ExecutionService/Get HTTP/1.1")],
    ["another verb", call({}, "PUT /pawl.v1.ExecutionService/Start HTTP/1.1")],
    ["half a head", call().subarray(0, 40)],
    ["half a body", call().subarray(0, -1)],
    ["more than one call", Buffer.concat([call(), call()])],
    ["another protocol", call({ "content-type": "application/grpc-web" })],
    ["chunks", call({ "transfer-encoding": "chunked" })],
    ["an expectation", call({ expect: "100-continue" })],
    ["a connection that ends", call({ connection: "close" })],
    ["HTTP/2", Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
  ])("%s is looked at further", (_what, sent) => expect(isRefusable(sent)).toBe(false));
});

describe("a server with too much to do", () => {
  const none = { running: 0, perTurn: 1, waiting: 0, waitingBytes: 0, stallMs: 3_600_000 };
  let world: Awaited<ReturnType<typeof contextInMemory>>;
  let dispatcher: ReturnType<typeof createDispatcher>;
  let folder: string;
  let socket: string;
  const server = () => createServer((one) => dispatcher.accept(one));
  let listening: ReturnType<typeof server>;
  beforeEach(async () => {
    world = await contextInMemory();
    dispatcher = createDispatcher(world.context, { light: none });
    folder = mkdtempSync(join(tmpdir(), "pawl-door-"));
    socket = join(folder, "socket");
    listening = server();
    await new Promise<void>((resolve) => listening.listen(socket, () => resolve()));
  });
  afterEach(async () => {
    listening.close();
    await dispatcher.close();
    await world.engine.stop();
    rmSync(folder, { recursive: true });
  });

  test("says at the door what it says inside", async () => {
    const sent = call();
    // The first call loads what answers; in pieces it is no whole call.
    const inside = await exchange(socket, sent.subarray(0, 50), sent.subarray(50));
    expect(inside.status).toBe("HTTP/1.1 429 Too Many Requests");
    const atTheDoor = await exchange(socket, sent);
    const without = (headers: readonly string[]) =>
      headers.filter((header) => !header.startsWith("keep-alive:"));
    expect({ ...atTheDoor, headers: without(atTheDoor.headers) }).toEqual({
      ...inside,
      headers: without(inside.headers),
    });
    expect(atTheDoor.headers).toContain("retry-after: 1");
  });

  test("answers who looks, also after a refusal on the same connection", async () => {
    const look = call(
      { "content-length": String(body.length) },
      "POST /pawl.v1.ExecutionService/Get HTTP/1.1",
    );
    await exchange(socket, look);
    const caller = connect(socket);
    const said = async (sent: Buffer) => {
      const answer = new Promise<string>((resolve) => caller.once("data", (chunk) => resolve(String(chunk))));
      caller.write(sent);
      return (await answer).split("\r\n")[0];
    };
    expect(await said(call())).toBe("HTTP/1.1 429 Too Many Requests");
    expect(await said(call())).toBe("HTTP/1.1 429 Too Many Requests");
    expect(await said(look)).toBe("HTTP/1.1 404 Not Found");
    caller.destroy();
  });
});
