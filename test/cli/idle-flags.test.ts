import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Place } from "./pawl.ts";

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.close());

test.each([
  [
    ["--temporal-address", "x:1"],
    "",
    "--temporal-address does nothing here: it is for Temporal, and the engine is sqlite",
  ],
  [
    ["--engine", "sqlite", "--queue-when-unavailable"],
    "",
    "--queue-when-unavailable does nothing here: it is for Temporal",
  ],
  [["--queue-ttl", "1h"], "", "--queue-ttl does nothing here: it is for Temporal"],
  [
    ["--engine", "sqlite", "--temporal-profile", "p"],
    "engine: temporal",
    "--temporal-profile does nothing here",
  ],
  [
    ["--engine", "temporal", "--durability", "task"],
    "",
    "--durability does nothing here: with Temporal every task",
  ],
  [["--durability", "slice"], "engine: temporal", "--durability does nothing here: with Temporal every task"],
  [
    ["--engine", "temporal", "--temporal-tls", "false", "--temporal-tls-ca-file", "ca.pem"],
    "",
    "--temporal-tls-ca-file does nothing here: temporal-tls is false",
  ],
])("serve %j is refused, as it would do nothing", async (flags, config, why) => {
  await place.file("home/config.yaml", `${config}\n`);
  const { code, stderr } = await place.pawl(["serve", ...flags]);
  expect(stderr).toContain(`error: ${why}`);
  expect(stderr).toContain("hint: Leave ");
  expect(code).toBe(2);
  expect(existsSync(join(place.home, "data", "pawl.db"))).toBe(false);
});

test("what is for another engine may stay in config.yaml and in the environment", async () => {
  await place.file(
    "home/config.yaml",
    "temporal-address: x:1\nqueue-when-unavailable: true\ntemporal-tls: false\ntemporal-tls-ca-file: ca.pem\n",
  );
  await place.serve(["--engine", "sqlite", "--durability", "task"], {
    PAWL_TEMPORAL_NAMESPACE: "production",
  });
  expect((await place.pawl(["server", "status"])).stdout).toContain("sqlite, ready");
});

test("that durability in config.yaml does nothing with Temporal is in the log, and doctor says so", async () => {
  const config =
    "engine: temporal\ntemporal-config-file: /dev/null\ntemporal-address: 127.0.0.1:1\ndurability: task\n";
  await place.file("home/config.yaml", config);
  const { stdout } = await place.pawl(["doctor", "-o", "jsonl"]);
  const findings = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const why = /"durability: task" \(.*config.yaml:4:1\) does nothing: with Temporal every task/;
  const found = findings.find(({ message }) => why.test(message));
  expect(found).toMatchObject({ level: "warning", check: "config" });
  await place.serve();
  expect((await place.pawl(["server", "logs"])).stdout).toMatch(why);
});
