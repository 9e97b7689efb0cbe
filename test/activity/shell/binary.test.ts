import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { openPawl, type Pawl } from "../../conformance/pawl.ts";
import { heldPipe } from "./held-pipe.ts";

let pawl: Pawl;
setDefaultTimeout(30_000);
beforeAll(async () => {
  pawl = await openPawl();
});
afterAll(() => pawl.close());

const definition = (command: string) => `
document: { dsl: '1.0.3', namespace: test, name: shell, version: '1.0.0' }
do:
  - hold:
      run:
        shell:
          command: ${JSON.stringify(command)}
`;

async function start(command: string): Promise<string> {
  const file = join(pawl.directory, `${crypto.randomUUID()}.yaml`);
  await Bun.write(file, definition(command));
  const ran = await pawl.command("run", file, "--detach");
  expect(ran).toMatchObject({ exitCode: 0 });
  return ran.stdout.trim();
}

test("a command and its children end when the execution is cancelled", async () => {
  const held = heldPipe(pawl.directory);
  const id = await start(`exec 9>${held.path}; sleep 1000 & echo up >&9; wait`);
  expect(await held.written()).toBe("up\n");
  expect(await pawl.command("cancel", id)).toMatchObject({ exitCode: 0 });
  await held.released();
});

test("a command and its children end when the server is stopped", async () => {
  const held = heldPipe(pawl.directory);
  const id = await start(
    `test -e ${held.path} || exit 0; exec 9>${held.path}; sleep 1000 & echo up >&9; wait`,
  );
  expect(await held.written()).toBe("up\n");
  expect(await pawl.command("server", "stop")).toMatchObject({ exitCode: 0 });
  await held.released();
  expect(await pawl.command("follow", id)).toMatchObject({ exitCode: 0 });
});

test("a command and its children end when the server is killed with -9, and it runs again with the next one", async () => {
  const held = heldPipe(pawl.directory);
  const id = await start(
    `test -e ${held.path} || exit 0; exec 9>${held.path}; sleep 1000 & echo up >&9; wait`,
  );
  expect(await held.written()).toBe("up\n");
  const status = await pawl.command("server", "status", "-o", "json");
  process.kill(JSON.parse(status.stdout).pid, "SIGKILL");
  await held.released();
  expect(await pawl.command("follow", id)).toMatchObject({ exitCode: 0, stdout: '""\n' });
});
