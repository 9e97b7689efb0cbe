import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { binary, Place } from "../cli/pawl.ts";

test.skipIf(Bun.which("curl") === null)(
  "docs/api.md: the call without any tool answers what it says",
  async () => {
    const place = new Place();
    const text = await Bun.file("docs/api.md").text();
    const [, script = ""] = /^```sh\n(.*?)^```$/ms.exec(text)!;
    symlinkSync(binary, join(place.directory, "pawl"));
    const promised = script
      .split("\n")
      .at(-2)!
      .slice(2)
      .split("…")
      .map((part) => part.trim());
    const { stdout, exitCode } = Bun.spawnSync(["bash", "-ec", script], {
      cwd: place.directory,
      env: place.environment({ PATH: `${place.directory}:${process.env["PATH"]}` }),
    });
    await place.pawl(["server", "stop"]);
    await place.close();
    expect(exitCode).toBe(0);
    for (const part of promised) expect(`${stdout}`).toContain(part);
  },
);
