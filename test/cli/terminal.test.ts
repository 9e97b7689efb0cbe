import { afterAll, beforeAll, expect, test } from "bun:test";
import { definition, Place } from "./pawl.ts";
import { onTerminal } from "./terminal.ts";

const place = new Place();
beforeAll(async () => {
  await place.file(
    "loop.yaml",
    definition(
      "loop",
      '  - many:\n      for: { each: x, in: "[1,2,3]" }\n      do:\n' +
        "        - inner: { set: { a: 1 } }\n        - nap: { wait: { milliseconds: 150 } }",
    ),
  );
  await place.file(
    "long.yaml",
    definition("long", "  - first: { set: { a: 1 } }\n  - nap: { wait: { hours: 1 } }"),
  );
  await place.serve();
});
afterAll(() => place.close());

const withoutTimes = (line: string) => line.replace(/ ?\d+(?:\.\d+)?m?s$/, "").trimEnd();

test("run shows a live tree, then the output indented", async () => {
  const { output, screen, code } = await onTerminal(place, ["run", "loop.yaml", "--id", "seen"]);
  expect(code).toBe(0);
  expect(screen.map(withoutTimes)).toEqual([
    "loop.yaml seen completed",
    "  ✔ many",
    "    ✔ inner ×3",
    "    ✔ nap ×3",
    "{",
    '  "a": 1',
    "}",
    "",
  ]);
  expect(output).toContain("waiting");
  expect(output.match(/⠋|⠙|⠹|⠸/g)?.length).toBeGreaterThan(1);
  // A frame that is erased as a whole piles up above the screen of some terminals.
  expect(output).toContain("A\r\x1b[K");
  expect(output).not.toContain("A\r\x1b[J");
});

test("Ctrl-C on a terminal cancels, and the tree shows how it ends", async () => {
  let typed = false;
  const { screen, code } = await onTerminal(place, ["run", "long.yaml", "--id", "stopped"], {
    react: (output) => {
      if (typed || !output.includes("nap")) return undefined;
      typed = true;
      return "\x03";
    },
  });
  expect(code).toBe(130);
  expect(screen.map(withoutTimes)).toEqual([
    "Cancelling execution stopped (Ctrl-C leaves at once)",
    "long.yaml stopped cancelled",
    "  ✔ first",
    "  ⊘ nap",
    "Execution stopped cancelled",
    "",
  ]);
});

/** Types once, as soon as something is shown. */
function typing(keys: string, shown: string) {
  let typed = false;
  return (output: string) => {
    if (typed || !output.includes(shown)) return undefined;
    typed = true;
    return keys;
  };
}

test("after Ctrl-Z the tree begins below what the shell has written since", async () => {
  const { screen } = await onTerminal(place, ["run", "loop.yaml", "--id", "paused"], {
    react: typing("\x1a", "nap"),
    // The shell goes on when its job has stopped.
    shell: 'set -m; "$0" "$@"; echo "stopped $?"; fg >/dev/null',
  });
  const stopped = screen.findIndex((line) => line.includes("stopped "));
  expect(screen[0]).toStartWith("loop.yaml paused ");
  expect(screen[stopped - 1]).toContain("Stopped");
  expect(screen.slice(stopped + 1).map(withoutTimes)).toEqual([
    "loop.yaml paused completed",
    "  ✔ many",
    "    ✔ inner ×3",
    "    ✔ nap ×3",
    "{",
    '  "a": 1',
    "}",
    "",
  ]);
});

test("on a terminal that becomes narrower the wrapped lines are drawn over", async () => {
  let resized = false;
  const { output } = await onTerminal(place, ["run", "loop.yaml", "--id", "narrowed"], {
    cols: 60,
    react(output, terminal) {
      if (!resized && output.includes("nap")) {
        resized = true;
        terminal.resize(20, 24);
      }
      return undefined;
    },
  });
  // Four lines, of which the first one takes two rows now.
  expect(output).toContain("\x1b[5A");
});

test("a small terminal is not overflown", async () => {
  const { screen } = await onTerminal(place, ["run", "loop.yaml", "--id", "small"], { cols: 12, rows: 3 });
  for (const line of screen) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(12);
});

test.each([
  ["a dumb terminal gets plain lines", ["run", "loop.yaml"], { TERM: "dumb" }],
  [
    "--progress none and --color never are silent",
    ["run", "loop.yaml", "--progress", "none", "--color", "never"],
    {},
  ],
])("%s", async (_, words, env) => {
  const { output, code } = await onTerminal(place, words, { env });
  expect(code).toBe(0);
  expect(output).not.toContain("\x1b");
  expect(output.includes("task many started")).toBe("TERM" in env);
});

test("NO_COLOR takes the colors, not the tree", async () => {
  const { output } = await onTerminal(place, ["run", "loop.yaml"], { env: { NO_COLOR: "1" } });
  expect(output).toContain("✔ many");
  expect(output).not.toContain("\x1b[3");
});

test.each([
  ["n", 1, "Nothing was deleted"],
  ["y", 0, "workflow default/loop:1.0.0 deleted"],
])("delete asks on a terminal: %s", async (answer, code, said) => {
  await place.pawl(["apply", "-f", "loop.yaml"]);
  let asked = false;
  const session = await onTerminal(place, ["delete", "workflow", "loop"], {
    react: (output) => {
      if (asked || !output.includes("[y/N]")) return undefined;
      asked = true;
      return `${answer}\r`;
    },
  });
  expect(session.code).toBe(code);
  expect(session.output).toContain("Delete workflow loop?");
  expect(session.output).toContain(said);
});

test("--no-input does not ask, and deletes nothing", async () => {
  const { output, code } = await onTerminal(place, ["delete", "workflow", "loop", "--no-input"]);
  expect(code).toBe(2);
  expect(output).toContain("Give --yes");
});

test("where the question would not be seen nothing is deleted", async () => {
  await place.pawl(["apply", "-f", "loop.yaml"]);
  const shell = '"$0" "$@" 2>said; code=$?; cat said; exit $code';
  const { output, code } = await onTerminal(place, ["delete", "workflow", "loop"], { shell });
  expect(code).toBe(2);
  expect(output).toContain("error: Not confirmed");
  expect((await place.pawl(["get", "workflow", "loop"])).code).toBe(0);
});
