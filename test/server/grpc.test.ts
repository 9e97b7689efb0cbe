import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { serveForeground } from "./foreground.ts";

test("a stock gRPC client is answered SERVING, watches, and can stop the server", async () => {
  const server = await serveForeground();
  const client = Bun.spawn(["node", resolve(import.meta.dir, "grpc-client.mjs"), server.socket], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seen = JSON.parse(await new Response(client.stdout).text());
  expect(seen.check).toBe("0801");
  expect(seen.headers).toMatchObject({ "pawl-service": "pawl", "pawl-api": "1" });
  for (const name of ["pawl-version", "pawl-home", "pawl-instance"]) expect(seen.headers[name]).not.toBe("");
  // NOT_FOUND, as grpc.health.v1 has it for a service nobody knows.
  expect(seen.unknown).toBe(5);
  expect(seen.watch).toEqual(["0801", "0802"]);
  expect(await server.process.exited).toBe(0);
  await server.stop();
});
