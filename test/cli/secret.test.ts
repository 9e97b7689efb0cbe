import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Place } from "./pawl.ts";
import { onTerminal } from "./terminal.ts";

const place = new Place();
beforeAll(() => place.serve());
afterAll(() => place.close());

const set = (name: string, stdin: string, more: string[] = []) =>
  place.pawl(["secret", "set", name, ...more], { stdin });

describe("pawl secret", () => {
  test("set creates, then replaces; the value comes from stdin or a file", async () => {
    expect(await set("one", "first\n")).toEqual({ code: 0, stdout: "secret one created\n", stderr: "" });
    await place.file("value.txt", "second\n");
    const replaced = await place.pawl(["secret", "set", "one", "--from-file", "value.txt", "-o", "jsonl"]);
    expect(JSON.parse(replaced.stdout)).toEqual({ name: "one", action: "configured" });
  });

  test("list and get tell names and times, never a value", async () => {
    await set("b/two", "hidden-value");
    const listed = await place.pawl(["secret", "list", "-o", "json"]);
    const records = JSON.parse(listed.stdout) as Record<string, string>[];
    expect(records.map(({ name }) => name)).toEqual(["b/two", "one"]);
    expect(Object.keys(records[0]!)).toEqual(["name", "createdAt", "updatedAt"]);
    expect((await place.pawl(["get", "secrets"])).stdout).toMatch(/^NAME +UPDATED +CREATED *\nb\/two +/);
    expect((await place.pawl(["get", "secrets", "-o", "name"])).stdout).toBe("secret/b/two\nsecret/one\n");
    const one = await place.pawl(["get", "secret", "b/two", "-o", "json"]);
    expect(JSON.parse(one.stdout).name).toBe("b/two");
    expect(listed.stdout + one.stdout).not.toContain("hidden-value");
    expect(await place.pawl(["get", "secret", "three"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no secret "three"'),
    });
  });

  test("delete, in both spellings", async () => {
    await set("gone", "x");
    expect((await place.pawl(["secret", "delete", "gone"])).stdout).toBe("secret gone deleted\n");
    await set("gone", "x");
    expect((await place.pawl(["delete", "secret", "gone"])).stdout).toBe("secret gone deleted\n");
    expect(await place.pawl(["secret", "delete", "gone"])).toMatchObject({ code: 1, stdout: "" });
  });

  test.each([
    [["secret", "set", "empty"], "\n", 'The value of the secret "empty" is empty'],
    [["secret", "set", "has space"], "x", '"has space" is not a name for a secret'],
    [["secret", "set", "long"], "x".repeat(40_000), "longer than 32768 bytes"],
    [["secret", "set"], "x", "Missing"],
    [["secret", "set", "flag", "s3cret"], "x", "Unexpected argument"],
    [["secret", "set", "flag", "--value", "s3cret"], "x", "--value"],
    [["describe", "secret", "one"], "", "nothing to tell"],
  ])("%j is refused with 2", async (words, stdin, said) => {
    const { code, stderr } = await place.pawl(words, { stdin });
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  test("what is no text is refused with 2", async () => {
    const { code, stderr } = await place.pawl(["secret", "set", "bytes"], {
      stdin: Uint8Array.of(0xff, 0xfe),
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining("not text in UTF-8")]);
  });
});

describe("on a terminal", () => {
  const typing = (keys: string) => {
    let typed = false;
    return (output: string) => {
      if (typed || !output.includes("Value of the secret")) return undefined;
      typed = true;
      return keys;
    };
  };

  test("the value is asked for, can be corrected, and is not shown", async () => {
    const session = await onTerminal(place, ["secret", "set", "typed"], {
      react: typing("wrong\x15typedd\x7f\x1b[A\x1b[3~-value\x1bOB\r"),
    });
    expect(session.code).toBe(0);
    expect(session.screen).toContain("secret typed created");
    expect(session.output).not.toMatch(/wrong|typedd|-value/);
    await place.file(
      "length.yaml",
      "document: { dsl: 1.0.3, namespace: default, name: length, version: 1.0.0 }\n" +
        "use: { secrets: [typed] }\ndo: [{ a: { set: '$secrets.typed | length' } }]\n",
    );
    expect((await place.pawl(["run", "length.yaml"])).stdout.trim()).toBe(String("typed-value".length));
  });

  test("Ctrl-Z stops it, and what is typed afterwards goes on", async () => {
    let pieces = ["first\x1a", "-last\r"];
    const session = await onTerminal(place, ["secret", "set", "typed"], {
      react(output) {
        const asked = output.split("Value of the secret").length - 1;
        if (pieces.length === 0 || asked + pieces.length !== 3) return undefined;
        const [next, ...rest] = pieces;
        pieces = rest;
        return next;
      },
      shell: 'set -m; "$0" "$@"; fg >/dev/null',
    });
    expect(session.code).toBe(0);
    expect(session.output).not.toMatch(/first|-last/);
    expect((await place.pawl(["run", "length.yaml"])).stdout.trim()).toBe(String("first-last".length));
  });

  test("Ctrl-C sets nothing: 130", async () => {
    const { code } = await onTerminal(place, ["secret", "set", "never"], { react: typing("half\x03") });
    expect(code).toBe(130);
    expect((await place.pawl(["get", "secret", "never"])).code).toBe(1);
  });

  test("--no-input does not ask: 2", async () => {
    const { code, output } = await onTerminal(place, ["secret", "set", "never", "--no-input"]);
    expect(code).toBe(2);
    expect(output).toContain("--from-file");
    const shell = '"$0" "$@" 2>said; code=$?; cat said; exit $code';
    const unseen = await onTerminal(place, ["secret", "set", "never"], { shell });
    expect(unseen.code).toBe(2);
    expect(unseen.output).toContain("Pipe it in, or give --from-file");
  });
});
