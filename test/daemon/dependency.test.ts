import { afterEach, expect, test } from "bun:test";
import { definition, Place } from "../cli/pawl.ts";
import { describeTemporal } from "../temporal/describe.ts";
import { openDevServer } from "../temporal/dev-server.ts";

/** The dev server needs seconds to start; the rest is events. */
const limitMs = 60_000;

describeTemporal("a dependency that is down at the start", () => {
  const place = new Place();
  afterEach(() => place.close());

  test(
    "scenario 45: Temporal down: SERVING, what needs it fails fast, and it recovers without a restart",
    async () => {
      const temporal = await openDevServer();
      const server = await place.serve(["--engine", "temporal", "--temporal-address", temporal.address]);
      const pid = () =>
        place.pawl(["server", "status", "-o", "json"]).then(({ stdout }) => JSON.parse(stdout).pid);
      expect(await pid()).toBe(server.pid);

      await place.file("hello.yaml", definition("hello", "  - greet: { set: { hello: true } }"));
      const from = performance.now();
      const refused = await place.pawl(["run", "hello.yaml"]);
      expect(performance.now() - from).toBeLessThan(2_000);
      expect(refused).toMatchObject({ code: 3, stdout: "" });
      expect(refused.stderr).toContain("next attempt");

      await temporal.start();
      await connected(place);
      expect(await place.pawl(["run", "hello.yaml"])).toMatchObject({ code: 0, stdout: '{"hello":true}\n' });
      expect(await pid()).toBe(server.pid);
      await temporal.close();
    },
    limitMs,
  );
});

/** Resolves with the log's line that the engine has its server. */
async function connected(place: Place): Promise<void> {
  const log = place.start(["server", "logs", "-f"]);
  let text = "";
  for await (const chunk of log.stdout) {
    text += new TextDecoder().decode(chunk);
    if (/(^|[^a-z])connected\b/i.test(text)) break;
  }
  log.kill();
  await log.exited;
}
