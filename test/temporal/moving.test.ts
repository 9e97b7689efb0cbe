import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Connection } from "@temporalio/client";
import { openPawl, type Pawl } from "../conformance/pawl.ts";
import { describeTemporal } from "./describe.ts";
import { configFor, type DevServer, openDevServer } from "./dev-server.ts";

setDefaultTimeout(120_000);

const paid = (version: string) => `# Version ${version}, with a comment
document: { dsl: "1.0.3", namespace: shop, name: pay, version: ${version}, title: Pays }
use: { secrets: [token] }
do:
  - a: { set: { version: ${version} } }
`;
const hello =
  'document: { dsl: "1.0.3", namespace: default, name: hello, version: 1.0.0 }\ndo: [{ a: { set: { x: 1 } } }]\n';
/** A definition whose text is as long as this. */
const long = (length: number) => {
  const text = `document: { dsl: "1.0.3", namespace: long, name: long, version: 1.0.0 }\ndo:\n  - a: { set: { x: "" } }\n`;
  return text.replace('""', `"${"x".repeat(length - text.length)}"`);
};

describeTemporal("from one machine to a cluster, and back", () => {
  let temporal: DevServer;
  let small: Pawl;
  let large: Pawl;
  beforeEach(async () => {
    temporal = await openDevServer();
    await temporal.start();
    small = await openPawl();
    large = await openPawl(configFor(temporal.address));
  });
  afterEach(async () => {
    await small?.close();
    await large?.close();
    await temporal?.close();
  });
  const apply = async (pawl: Pawl, ...texts: string[]) => {
    await Bun.write(join(pawl.directory, "all.yaml"), texts.join("---\n"));
    expect(await pawl.command("apply", "-f", "all.yaml")).toMatchObject({ exitCode: 0 });
  };

  test("definitions come over as they are, run there, and go back without a difference", async () => {
    await apply(small, hello, paid("1.10.0"));
    await apply(small, paid("1.9.0"));
    const file = join(small.directory, "moved.yaml");
    expect(await small.command("export", "-f", file)).toMatchObject({ exitCode: 0 });
    const exported = readFileSync(file, "utf8");
    const dry = await large.command("import", file, "--dry-run");
    expect(dry.stdout).toContain("workflow shop/pay:1.9.0 created (dry run)\n");
    const imported = await large.command("import", file);
    expect(imported).toEqual({
      exitCode: 0,
      stdout: dry.stdout.replaceAll(" (dry run)", ""),
      // It has no value in the old home either, and is not forgotten.
      stderr: 'The secret "token" has no value here: pawl secret set token\n',
    });
    expect((await large.command("import", file)).stdout).not.toContain("created");
    expect((await large.command("run", "shop/pay")).stdout).toBe('{"version":"1.10.0"}\n');
    expect((await large.command("run", "shop/pay:1.9.0")).stdout).toBe('{"version":"1.9.0"}\n');
    expect((await large.command("export")).stdout).toBe(exported);
    expect((await large.command("export", "shop/pay:latest", "-o", "name")).stdout).toBe(
      "workflow/shop/pay:1.10.0\nsecret/token\n",
    );
    await apply(large, paid("2.0.0"));
    const back = join(small.directory, "back.yaml");
    await large.command("export", "-f", back);
    const returned = await small.command("import", back);
    expect(returned.stderr).toBe('The secret "token" has no value here: pawl secret set token\n');
    expect(returned.stdout).toBe(
      "workflow default/hello:1.0.0 unchanged\nworkflow shop/pay:1.9.0 unchanged\n" +
        "workflow shop/pay:1.10.0 unchanged\nworkflow shop/pay:2.0.0 created\n",
    );
    expect((await small.command("export")).stdout).toBe((await large.command("export")).stdout);
  });

  test("an index that would be too long is refused too: titles and summaries are a part of it", async () => {
    const told = (name: string, length: number) =>
      `document: { dsl: "1.0.3", namespace: wide, name: ${name}, version: 1.0.0, summary: ${"s".repeat(length)} }\n` +
      "do: [{ a: { set: { x: 1 } } }]\n";
    await apply(small, told("one", 950_000), told("two", 950_000));
    const file = join(small.directory, "moved.yaml");
    await small.command("export", "-f", file);
    const refused = await large.command("import", file);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toMatch(/The index of all versions would have 19\d{5} bytes, 1900000 is what/);
    expect((await large.command("get", "workflows", "-o", "name")).stdout).toBe("");
    await apply(small, told("two", 949_000));
    await small.command("export", "-f", file, "--force");
    expect((await large.command("import", file)).stdout).toBe(
      "workflow wide/one:1.0.0 created\nworkflow wide/two:1.0.0 created\n",
    );
    await apply(large, told("two", 9));
    expect((await large.command("run", "wide/two")).stdout).toBe('{"x":1}\n');
  });

  test("what Temporal would not take is told before any of it is stored", async () => {
    await apply(small, hello, long(1_950_000));
    const file = join(small.directory, "moved.yaml");
    await small.command("export", "-f", file);
    for (const words of [["--dry-run"], []]) {
      const refused = await large.command("import", file, ...words);
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain('"long/long:1.0.0" ("all.yaml") is longer than 1900000 bytes');
    }
    expect((await large.command("get", "workflows", "-o", "name")).stdout).toBe("");
    await apply(small, long(1_800_000));
    await small.command("export", "-f", file, "--force");
    expect((await large.command("import", file)).stdout).toContain("workflow long/long:1.0.0 created\n");
    expect((await large.command("export")).stdout).toBe(readFileSync(file, "utf8"));
  });

  test("a server that is killed in the middle costs nothing: the import goes on with the next", async () => {
    const count = 300;
    const workflows = Array.from({ length: count }, (_, n) => {
      const text = hello.replace("name: hello", `name: hello-${n}`);
      return { namespace: "default", name: `hello-${n}`, version: "1.0.0", file: "", text };
    });
    const file = join(large.directory, "many.json");
    await Bun.write(file, JSON.stringify({ format: "pawl-export/1", secrets: [], workflows }));
    expect(await large.command("server", "start")).toMatchObject({ exitCode: 0 });
    const { pid } = JSON.parse((await large.command("server", "status", "-o", "json")).stdout);
    const importing = large.command("import", file);
    const connection = await Connection.connect({ address: temporal.address });
    // Asked until the first ones are there, and not all of them.
    const query = "WorkflowType = 'definition'";
    for (let stored = 0; stored === 0; ) {
      const counted = await connection.workflowService.countWorkflowExecutions({
        namespace: "default",
        query,
      });
      stored = Number(counted.count);
      expect(stored).toBeLessThan(count);
    }
    process.kill(pid, "SIGKILL");
    const imported = await importing;
    await connection.close();
    expect([imported.exitCode, imported.stdout.match(/ created$/gm)?.length]).toEqual([0, count]);
    expect((await large.command("get", "workflows", "-o", "name")).stdout.split("\n")).toHaveLength(
      count + 1,
    );
    expect((await large.command("run", "hello-7")).stdout).toBe('{"x":1}\n');
  });
});
