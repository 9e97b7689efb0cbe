import { afterAll, expect, test } from "bun:test";
import { binary, definition, Place } from "./pawl.ts";

const place = new Place();
afterAll(() => place.close());

/** Runs a line of shell in which `$PAWL` is the binary and `$LARGE` prints 10 MiB. */
async function shell(line: string) {
  const child = Bun.spawn(["bash", "-c", line], {
    cwd: place.directory,
    env: place.environment({ PAWL: binary, LARGE: `${process.execPath} ${import.meta.dir}/print-large.ts` }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { stdout, stderr, code: await child.exited };
}

test("all of a large output reaches a pipe whose reader is slow to begin", async () => {
  const { stdout, code } = await shell(
    'mkfifo slow; $LARGE >slow & exec 3<slow; wc -c <&3; wait $!; echo "exit $?"',
  );
  expect([stdout.split("\n").map((line) => line.trim()), code]).toEqual([["10485760", "exit 0", ""], 0]);
});

test("all of a large output reaches a pipe that does not block", async () => {
  const flags =
    "import fcntl,os; fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_NONBLOCK)";
  const python = Bun.which("python3");
  if (python === null) return console.warn("skipped: python3 sets the pipe's flag, and is not there");
  const { stdout } = await shell(`(${python} -c '${flags}'; $LARGE; echo "exit $?" >&2) | wc -c`);
  expect(stdout.trim()).toBe("10485760");
});

test("a reader that leaves is no error", async () => {
  const { stdout, stderr } = await shell(
    '$LARGE | head -c 5; echo " ${PIPESTATUS[0]}"; $PAWL help | true; echo "${PIPESTATUS[0]}"',
  );
  expect([stdout, stderr]).toEqual(["xxxxx 0\n0\n", ""]);
});

test.skipIf(process.platform !== "linux")("a full disk is an error", async () => {
  const { stderr, code } = await shell("$PAWL version >/dev/full");
  expect(code).toBe(1);
  expect(stderr).toContain("error: Cannot write to standard output: no space left on the device");
});

test.each([
  ["$PAWL version >/dev/null", 0],
  ["$PAWL eval empty >&-", 0],
  ["$PAWL nonsense 2>&-", 2],
  ["$PAWL run x.yaml -i - <&-", 2],
  ["$PAWL validate -f - <&-", 2],
])("%s", async (line, code) => {
  expect((await shell(line)).code).toBe(code);
});

test
  .skipIf(process.platform !== "linux")
  .each(["version", "help", "eval 1", "completion bash", "server status -o json", "validate -f good.yaml"])(
  "%s to a stdout that is closed, or open for reading alone, is an error",
  async (line) => {
    await place.file("good.yaml", definition("good", "  - x: { set: { a: 1 } }"));
    for (const closed of [">&-", "1<good.yaml"]) {
      const { stderr, code } = await shell(`$PAWL ${line} ${closed}`);
      expect(code).toBe(1);
      expect(stderr).toContain("error: Cannot write to standard output: it is closed");
    }
    const unread = (await shell(`$PAWL ${line} > /dev/null`)).code;
    expect((await shell(`$PAWL ${line} <&- >&- 2>&-`)).code).toBe(unread);
  },
);

test("colors go where they are wanted", async () => {
  const wrong = "$PAWL nonsense";
  expect((await shell(wrong)).stderr).toStartWith("error: ");
  expect((await shell(`${wrong} --color always`)).stderr).toStartWith("\x1b[31merror:\x1b[39m ");
  expect((await shell(`${wrong} --color never`)).stderr).toStartWith("error: ");
});
