import { expect, test } from "bun:test";
import { resolve } from "node:path";

const notices = resolve(import.meta.dir, "../../src/cli/notices.ts");

/** What is on stderr after this was done with `notices` of a level, in a process of its own. */
async function said(logLevel: string, work: string): Promise<string> {
  const script = `const { Notices } = require("${notices}"); const notices = new Notices({ logLevel: "${logLevel}" }); ${work}`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect([stdout, await child.exited]).toEqual(["", 0]);
  return stderr;
}

const everything = `for (const level of ["debug", "info", "warn", "error"]) notices[level]("a " + level);`;

test.each([
  ["error", "a error\n"],
  ["warn", "a warn\na error\n"],
  ["info", "a info\na warn\na error\n"],
  ["debug", "debug: a debug\na info\na warn\na error\n"],
])("at level %s", async (level, text) => {
  expect(await said(level, everything)).toBe(text);
});

test("a line is there at once, as it is, and as often as it was said", async () => {
  const text = await said(
    "info",
    `for (let i = 0; i < 9; i++) notices.info("%s {} \\n two"); process.exit(0)`,
  );
  expect(text).toBe("%s {} \n two\n".repeat(9));
});

test("lines make room in front of what is live", async () => {
  const region = `{ erase: () => "<erase>", draw: () => "<draw>\\n" }`;
  const work = `notices.live(${region}); notices.info("line"); notices.live(undefined); notices.info("last")`;
  expect(await said("info", work)).toBe("<draw>\n<erase>line\n<draw>\nlast\n");
});
