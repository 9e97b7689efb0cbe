import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { binary, need, Sandbox } from "../daemon/sandbox.ts";

/** The systemd unit of docs/scaling.md is one that works. */
const guide = readFileSync(resolve(import.meta.dir, "../../docs/scaling.md"), "utf8");
const [, unit = ""] = /^```ini\n# \/etc\/systemd\/system\/pawl@\.service\n(.*?)^```/ms.exec(guide) ?? [];
const [, variables = ""] = /^```sh\n# \/etc\/pawl\/pawl\.env\n(.*?)^```/ms.exec(guide) ?? [];

test.skipIf(!need("systemd-analyze"))("systemd takes the unit as it stands", () => {
  using box = new Sandbox();
  const file = join(box.directory, "pawl@.service");
  writeFileSync(file, unit.replace("/usr/local/bin/pawl", binary).replace("User=pawl", "User=root"));
  const { exitCode, stdout, stderr } = Bun.spawnSync(["systemd-analyze", "verify", "--man=no", file]);
  expect([exitCode, stdout.toString() + stderr]).toEqual([0, ""]);
});

test("its command line and its variables are those of a server, which tells when it is ready", async () => {
  using box = new Sandbox();
  const [, command = ""] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
  expect(unit).toContain("Type=notify\n");
  const words = command.replaceAll("%S/pawl/%i", box.home).split(" ").slice(1);
  const given = variables.split("\n").filter((line) => /^PAWL_/.test(line));
  // Nobody listens there: a server starts all the same.
  const env = Object.fromEntries(given.map((line) => line.split("=") as [string, string]));
  expect(Object.keys(env)).toContain("PAWL_TEMPORAL_ADDRESS");
  const server = box.start(words, { env: { ...env, PAWL_TEMPORAL_ADDRESS: "127.0.0.1:1" } });
  const reader = server.stderr.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toContain("pawl is serving on");
  const { stdout } = await box.pawl(["server", "status", "-o", "json"]);
  const { engine, foreground } = JSON.parse(stdout);
  expect([foreground, engine.kind, engine.details.namespace]).toEqual([true, "temporal", "production"]);
  server.kill("SIGTERM");
  expect(await server.exited).toBe(0);
}, 30_000);

test("an option of the other engine is refused, with what is there instead", async () => {
  using box = new Sandbox();
  const { code, stderr } = await box.pawl(["serve", "--engine", "temporal", "--retain", "30d"]);
  expect(code).toBe(2);
  expect(stderr).toContain(
    '"retain" is for the embedded engine: Temporal keeps what has ended as long as its namespace says',
  );
  expect(stderr).toContain("temporal operator namespace update --retention");
});
