import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runActivity } from "../../../src/activity/run.ts";
import type { ShellRequest } from "../../../src/dsl/request.ts";
import { contextWith, errorType, faultOf, shellRequest } from "../context.ts";
import { heldPipe } from "./held-pipe.ts";

let directory: string;
beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "pawl-shell-")));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const run = (command: string, overrides: Partial<ShellRequest> = {}, maxBytes = 1_000_000) =>
  runActivity(
    shellRequest(command, overrides),
    contextWith({
      policy: { environment: { PATH: "/usr/bin:/bin", KEPT: "kept", BOTH: "policy" }, directory, maxBytes },
    }),
  );

describe("what a command sees", () => {
  test("stdin, and arguments as $1…", async () => {
    const command = 'input=$(cat)\necho "STDIN was: $input"\necho "ARGS are $1 $2"\n';
    const output = await run(command, { stdin: "Hello World", arguments: ["Foo", "B a r"] });
    expect(output).toBe("STDIN was: Hello World\nARGS are Foo B a r");
  });

  test("the policy's environment and the task's, and nothing else", async () => {
    const output = await run("/usr/bin/env", { environment: { BOTH: "task", OWN: "1" } });
    const names = String(output).trim().split("\n").sort();
    expect(names).toContain("BOTH=task");
    expect(names).toContain("KEPT=kept");
    expect(names).toContain("OWN=1");
    expect(names.filter((line) => !/^(BOTH|KEPT|OWN|PATH|PWD|OLDPWD|SHLVL|_)=/.test(line))).toEqual([]);
  });

  test("the policy's directory", async () => {
    expect(await run("pwd")).toBe(directory);
  });

  test("an empty stdin when none is given", async () => {
    expect(await run("cat; echo end")).toBe("end");
  });

  test("outputs and an input that can be opened again", async () => {
    const output = await run("cat /dev/stdin >/dev/stdout; echo err >/dev/stderr", {
      stdin: "in",
      return: "all",
    });
    expect(output).toEqual({ code: 0, stdout: "in", stderr: "err" });
  });
});

describe("ruling 16: arguments are positional, and appended when the command mentions none", () => {
  test("appended", async () => {
    expect(await run("echo", { arguments: ["a", "b  c"] })).toBe("a b  c");
    expect(await run("set -e\nprintf '[%s]'\n", { arguments: ["a", "$HOME; exit"] })).toBe(
      "[a][$HOME; exit]",
    );
  });

  test.each(["$1", "$9", "$@", "$*", "$#", "${1}", "${2:-x}", "${#1}"])(
    "not appended after %s",
    async (mention) => {
      const output = await run(`: "${mention}"; echo`, { arguments: ["appended"] });
      expect(output).toBe("");
    },
  );

  test("$0 and $name do not count", async () => {
    expect(await run('echo "$0" $KEPT', { arguments: ["x"] })).toBe("sh kept x");
  });
});

describe("ruling 28: return", () => {
  const command = "echo out; echo err >&2; exit 3";

  test("all, code and stderr deliver a failure", async () => {
    expect(await run(command, { return: "all" })).toEqual({ code: 3, stdout: "out", stderr: "err" });
    expect(await run(command, { return: "code" })).toBe(3);
    expect(await run(command, { return: "stderr" })).toBe("err");
  });

  test.each(["stdout", "none"] as const)(
    "%s faults with the exit code and the end of stderr",
    async (form) => {
      const error = await faultOf(run(command, { return: form }));
      expect(error).toMatchObject({ type: errorType("runtime"), status: 500 });
      expect(error.detail).toBe("The command ended with exit code 3: err");
    },
  );

  test("none delivers null", async () => {
    expect(await run("echo out", { return: "none" })).toBeNull();
  });

  test("a signal is 128 + n", async () => {
    expect(await run("kill -s TERM $$", { return: "code" })).toBe(143);
  });

  test("UTF-8 split between two writes stays whole", async () => {
    expect(await run("printf '\\303'; printf '\\244'")).toBe("ä");
  });
});

describe("bounds and ends", () => {
  test("more output than the bound is an error, and the command is killed", async () => {
    const error = await faultOf(run("while :; do echo xxxxxxxxxxxxxxxx; done", {}, 10_000));
    expect(error).toMatchObject({ type: errorType("runtime") });
    expect(error.detail).toContain("10000 bytes to stdout");
  });

  test("an output nobody asked for is not bounded", async () => {
    expect(await run("head -c 200000 /dev/zero >&2; echo ok", {}, 1000)).toBe("ok");
  });

  test("lines reach the log while it runs", async () => {
    const lines: string[] = [];
    await runActivity(shellRequest("echo a; echo b >&2; printf c", { return: "none" }), {
      ...contextWith(),
      log: (line) => lines.push(`${line.stream}:${line.text}`),
    });
    expect(lines.sort()).toEqual(["stderr:b", "stdout:a", "stdout:c"]);
  });

  test("ruling 29: what the command leaves running is killed, and does not hold its end up", async () => {
    const held = heldPipe(directory);
    expect(await run(`exec 9>${held.path}; sleep 1000 & exec 9>&-; echo done`)).toBe("done");
    await held.released();
  });

  test.skipIf(Bun.which("setsid") === null)("what leaves the group does not hang the task", async () => {
    const command = `mkfifo left; setsid sh -c 'echo $$; echo >left; exec sleep 1000' & read -r _ <left; echo end`;
    const [pid, end] = String(await run(command)).split("\n");
    expect(end).toBe("end");
    process.kill(Number(pid), "SIGKILL");
  });

  test("a directory that is not there, a command too long and a NUL are errors", async () => {
    const gone = contextWith({ policy: { environment: {}, directory: "/nowhere", maxBytes: 10 } });
    const errors = [
      await faultOf(runActivity(shellRequest("true"), gone)),
      await faultOf(run("true", { arguments: ["x".repeat(3_000_000)] })),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({ type: errorType("runtime") });
      expect(error.detail).toStartWith("The command could not be started: ");
    }
  });
});
