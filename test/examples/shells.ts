import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Pawl } from "../conformance/pawl.ts";
import { examplePath, runExample, startService } from "./running.ts";

/** The examples that need nothing but this machine: the same on every engine. */
export function shellExamples(open: () => Promise<Pawl>): void {
  let pawl: Pawl;
  beforeAll(async () => {
    pawl = await open();
  });
  afterAll(() => pawl?.close());

  test("every example is valid", async () => {
    const ran = await pawl.command("validate", "-f", examplePath("."));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("hello", async () => {
    const ran = await pawl.command("run", examplePath("hello.yaml"), "-i", '{"name":"Ada"}');
    expect(ran).toMatchObject({ exitCode: 0, stdout: '{"message":"Hello Ada!"}\n' });
    expect((await pawl.command("run", examplePath("hello.yaml"))).stdout).toBe(
      '{"message":"Hello World!"}\n',
    );
  });

  describe("ci", () => {
    const jobs = { lint: "echo linted", test: "test -f here && echo tested", build: "echo built > out" };

    test("all checks pass, side by side in the directory", async () => {
      const directory = join(pawl.directory, "green");
      await Bun.write(join(directory, "here"), "");
      const { status, output } = await runExample(pawl, "ci.yaml", { directory, ...jobs });
      expect({ status, output }).toEqual({
        status: "completed",
        output: { passed: ["lint", "test", "build"] },
      });
      expect(await Bun.file(join(directory, "out")).text()).toBe("built\n");
    });

    test("what failed is named, with what it said", async () => {
      const directory = join(pawl.directory, "red");
      await mkdir(directory);
      const failing = { ...jobs, lint: "echo 'line 3: unused' >&2; exit 2" };
      const { status, error } = await runExample(pawl, "ci.yaml", { directory, ...failing });
      expect(status).toBe("faulted");
      expect(error).toMatchObject({
        type: "https://example.com/errors/checks-failed",
        status: 422,
        detail: "lint ended with 2: line 3: unused; test ended with 1: ",
      });
    });
  });

  describe("nightly-backup", () => {
    test("packs, copies, prunes, and tells a monitor that is busy at first", async () => {
      const [source, archives, offsite] = ["source", "archives", "offsite"].map((name) =>
        join(pawl.directory, name),
      );
      await Bun.write(join(source!, "letter.txt"), "Dear reader");
      await mkdir(offsite!);
      for (const old of ["20200101T000000Z", "20200102T000000Z"])
        await Bun.write(join(archives!, `${old}.tar.gz`), "");
      const monitor = startService(
        () => new Response(null, { status: monitor.requests.length < 3 ? 503 : 204 }),
      );
      const input = {
        source: source!,
        archives: archives!,
        offsite: offsite!,
        keep: 2,
        monitor: `${monitor.origin}/b`,
      };
      const { status, output, error } = await runExample(pawl, "nightly-backup.yaml", input);
      await monitor.stop();

      expect({ status, error }).toMatchObject({ status: "completed", error: null });
      const { archive } = output as { archive: string };
      expect(output).toEqual({ archive, removed: ["20200101T000000Z.tar.gz"] });
      expect(monitor.requests).toHaveLength(3);
      expect(monitor.requests[2]).toContain(JSON.stringify(archive));
      expect((await readdir(archives!)).sort()).toEqual([
        "20200102T000000Z.tar.gz",
        archive.split("/").at(-1)!,
      ]);
      const [copy] = await readdir(offsite!);
      const unpacked = Bun.spawnSync(["tar", "-xzOf", join(offsite!, copy!), "./letter.txt"]);
      expect(unpacked.stdout.toString()).toBe("Dear reader");
    });

    test("a disk that is not there ends in a fault after the last attempt, and keeps the archive", async () => {
      const [source, archives] = ["source2", "archives2"].map((name) => join(pawl.directory, name));
      await Bun.write(join(source!, "letter.txt"), "Dear reader");
      const input = {
        source: source!,
        archives: archives!,
        offsite: "/nowhere",
        keep: 2,
        monitor: "http://127.0.0.1:9",
      };
      const { status, error } = await runExample(pawl, "nightly-backup.yaml", input);
      expect({ status, error }).toMatchObject({
        status: "faulted",
        error: { detail: "The command ended with exit code 1" },
      });
      expect(await readdir(archives!)).toHaveLength(1);
    });

    test("an input without a source never starts", async () => {
      const { status, error } = await runExample(pawl, "nightly-backup.yaml", { keep: 1 });
      expect(status).toBe("faulted");
      expect(error).toMatchObject({ type: expect.stringContaining("/errors/validation") });
    });
  });
}
