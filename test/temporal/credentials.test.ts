import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCredentials } from "../../src/engine/temporal/link/credentials.ts";
import { refusalTrouble } from "../../src/engine/temporal/link/refusal.ts";
import { troubleOf } from "../../src/engine/temporal/link/trouble.ts";
import type { TemporalAddress } from "../../src/engine/temporal/options.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pawl-credentials-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function troubleWith(given: Partial<TemporalAddress>) {
  try {
    readCredentials({ address: "a:1", namespace: "default", taskQueue: "pawl", ...given });
    return undefined;
  } catch (error) {
    return troubleOf(error);
  }
}

const setting = (name: string) => [{ name, value: "", origin: "config.yaml:3:1" }];

test.each([
  ["CA", "temporal-tls-ca-file", (piece: { file: string }) => ({ tls: { ca: piece } })],
  ["API key", "temporal-api-key-file", (piece: { file: string }) => ({ apiKey: piece })],
] as const)(
  "a file for the %s that is not there, or holds something else, takes people",
  async (name, flag, given) => {
    const file = join(folder, "none");
    const settings = setting(name);
    const fix = `correct that file, or name another: ${flag} (now from config.yaml:3:1)`;
    expect(troubleWith({ ...given({ file }), settings })).toEqual({
      kind: "rejected",
      message: expect.stringContaining(`"${file}" cannot be read: it does not exist`),
      fix,
    });
    await Bun.write(file, "two words\nand more\n");
    expect(troubleWith({ ...given({ file }), settings })).toEqual({
      kind: "rejected",
      message: expect.stringMatching(/holds no (certificate in PEM|API key in one line)$/),
      fix,
    });
  },
);

test("what is given without a file is named by where it comes from, and not repeated", () => {
  const settings = [{ name: "API key", value: "(given)", origin: "TEMPORAL_API_KEY" }];
  expect(troubleWith({ apiKey: { text: "very secret" }, settings })).toEqual({
    kind: "rejected",
    message: "the API key holds no API key in one line",
    fix: "correct it (now from TEMPORAL_API_KEY)",
  });
});

test("that nobody listens any more is known at once; who is merely silent does not refuse", async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as { port: number }).port}`;
  expect(await refusalTrouble(address)).toBeUndefined();
  await new Promise((resolve) => server.close(resolve));
  expect(await refusalTrouble(address)).toMatchObject({
    kind: "down",
    message: expect.stringContaining("refused"),
  });
});
