import { afterAll, describe, expect, test } from "bun:test";
import { Place } from "./pawl.ts";

const place = new Place();
afterAll(() => place.close());

/** How a shell is asked what it would complete the last of these words to. */
const shells = {
  bash: (words: string) => [
    "--norc",
    "-c",
    `source ./script; COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _pawl; echo "\${COMPREPLY[@]}"`,
  ],
  zsh: (words: string) => [
    "-f",
    "-c",
    `compdef() {}; compset() {}; compadd() { shift; print -r -- "$@" }; _files() {}; _describe() { print -r -- "\${(@P)2}" }
     source ./script; words=(${words}); CURRENT=$#words; _pawl`,
  ],
  fish: (words: string) => ["--no-config", "-c", `source ./script; complete -C '${words}'`],
};

describe.each(Object.entries(shells))("completion of %s", (shell, ask) => {
  const path = Bun.which(shell);

  async function complete(words: string): Promise<string> {
    await place.file("script", (await place.pawl(["completion", shell])).stdout);
    const child = Bun.spawn([path!, ...ask(words)], {
      cwd: place.directory,
      env: place.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect(stderr).toBe("");
    return stdout;
  }

  test.skipIf(path === null).each([
    ["pawl val", "validate"],
    ["pawl server st", "status"],
    ["pawl --home x -q serv", "serve"],
    ["pawl run --eph", "--ephemeral"],
    ["pawl server logs --le", "--level"],
    ["pawl get -o ya", "yaml"],
    ["pawl get --color al", "always"],
    ["pawl get wor", "workflows"],
    ["pawl delete ex", "execution"],
    ["pawl completion z", "zsh"],
    ["pawl help ser", "server"],
    ["pawl -q get sec", "secrets"],
  ])("%s", async (words, offered) => {
    expect(await complete(words)).toMatch(new RegExp(`(?:^|\\s)${offered}(?:[\\s:]|$)`));
  });

  test.skipIf(path === null)("values behind an equals sign", async () => {
    // bash makes three words of it.
    const equals = shell === "bash" ? " = " : "=";
    expect(await complete(`pawl run --progress${equals}pl`)).toContain("plain");
    expect(await complete(`pawl --home${equals}x serv`)).toContain("server");
  });

  test.skipIf(path === null)("what does not fit is not offered", async () => {
    expect(await complete("pawl server status st")).not.toContain("start");
    expect(await complete("pawl get --eph")).not.toContain("ephemeral");
    expect(await complete("pawl get workflows wor")).not.toContain("workflows");
  });
});

test("an unknown shell is refused", async () => {
  expect((await place.pawl(["completion", "tcsh"])).code).toBe(2);
});
