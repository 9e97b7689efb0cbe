import { expect, test } from "bun:test";
import { diagnose, head } from "./brief.ts";

/** Everything that follows the head; the first line is line 5. */
const table: readonly (readonly [name: string, text: string, ...expected: string[]])[] = [
  [
    "an unknown key of the root",
    "do: []\nuses: {}\nfoo: 1\n",
    '?6:1+4 Unknown key "uses" in a definition — Did you mean "use"?',
    '?7:1+3 Unknown key "foo" in a definition — It can have: input, use, timeout, output, schedule, evaluate',
  ],
  ["no do", "input: {}\n", '1:1+1 A definition needs the key "do"'],
  [
    "a mapping for a list of tasks",
    "do:\n  a:\n    set: { x: 1 }\n",
    '5:1+2 "do" must be a list of tasks, not a mapping — Put "- " before the name of each task',
  ],
  [
    "a task without indentation",
    "do:\n- a:\n  set: { x: 1 }\n",
    '7:3+3 A task has one name, here are "a" and "set" — Indent "set" if it belongs to "a", or begin it with "- " if it is a task of its own',
  ],
  [
    "a task that is a text",
    "do:\n- a\n",
    '6:3+1 A task must be a mapping of its name to its definition, not "a" — Write "- name:" and the definition below it',
  ],
  [
    "a task without a kind",
    "do:\n- a: { if: .x }\n",
    '6:3+1 Task "a" does not say what to do — A task has one of: call, do, fork, emit, for, listen, raise, run, set, switch, try, wait',
  ],
  [
    "a misspelt kind",
    "do:\n- a: { sett: { x: 1 } }\n",
    '6:8+4 Unknown key "sett" in task "a" — Did you mean "set"?',
  ],
  [
    "a call as a kind",
    "do:\n- a: { http: {} }\n",
    '6:8+4 Unknown key "http" in task "a" — Did you mean "call: http"?',
  ],
  [
    "an unknown kind",
    "do:\n- a: { operate: {} }\n",
    '6:8+7 Unknown key "operate" in task "a" — A task has one of: call, do, fork, emit, for, listen, raise, run, set, switch, try, wait',
  ],
  [
    "two kinds",
    "do:\n- a:\n    set: { x: 1 }\n    wait: PT1S\n",
    '8:5+4 Task "a" is two tasks: "set" and "wait" — Make it two entries of the list',
  ],
  [
    "a misspelt key",
    "do:\n- a:\n    call: http\n    with:\n      methd: get\n      endpoint: https://x\n",
    '9:7+5 Unknown key "methd" in "with" — Did you mean "method"?',
  ],
  [
    "a missing key",
    "do:\n- a:\n    call: http\n    with:\n      method: get\n",
    '8:5+4 "with" needs the key "endpoint"',
  ],
  ["no arguments", "do:\n- a:\n    call: http\n", '6:3+1 "a" needs the key "with"'],
  [
    "empty arguments",
    "do:\n- a:\n    call: http\n    with:\n",
    '8:5+4 "with" must be a mapping, not nothing',
  ],
  [
    "a key at the wrong depth",
    "do:\n- a:\n    call: http\n    endpoint: https://x\n    with: { method: get, endpoint: https://x }\n",
    '8:5+8 Unknown key "endpoint" in "a" — It belongs under "with"',
  ],
  [
    "a key that belongs under another",
    "do:\n- a:\n    set: { x: 1 }\n    as: .x\n",
    '8:5+2 Unknown key "as" in "a" — It belongs under "output"',
  ],
  [
    "one of a list of words",
    "do:\n- a:\n    call: http\n    with: { method: get, endpoint: https://x, output: contant }\n",
    '8:55+7 "output" must be one of "raw", "content", "response", not "contant" — Did you mean "content"?',
  ],
  [
    "a blank in a URI",
    "do:\n- a:\n    call: http\n    with: { method: get, endpoint: 'https://x/a b' }\n",
    '8:36+15 "endpoint" must be a URI, in which only "{name}" stands for a value, not "https://x/a b"',
  ],
  [
    "an open brace in a URI",
    "do:\n- a:\n    call: http\n    with: { method: get, endpoint: 'https://x/{id' }\n",
    '8:36+15 "endpoint" must be a URI, in which only "{name}" stands for a value, not "https://x/{id"',
  ],
  [
    "a unit of time",
    "do:\n- a: { wait: { second: 1 } }\n",
    '6:16+6 Unknown key "second" in "wait" — Did you mean "seconds"?',
  ],
  [
    "half a second",
    "do:\n- a: { wait: { seconds: 0.5 } }\n",
    '6:25+3 "seconds" must be a whole number, not the number 0.5',
  ],
  [
    "no duration",
    "do:\n- a: { wait: 30s }\n",
    '6:14+3 "wait" must be an ISO 8601 duration such as "PT30S", not "30s" — Write e.g. "PT1H30M", or the keys days, hours, minutes, seconds, milliseconds',
  ],
  [
    "a number as duration",
    "do:\n- a: { wait: 30 }\n",
    '6:14+2 "wait" must be a string or a mapping, not the number 30 — Quote it: "30"',
  ],
  [
    "two processes",
    "do:\n- a: { run: { shell: { command: ls }, script: { language: js, code: x } } }\n",
    '6:39+6 "run" has both "shell" and "script" — It can have only one of "container", "script", "shell", "workflow"',
  ],
  [
    "no process",
    "do:\n- a: { run: { await: true } }\n",
    '6:8+3 "run" needs one of "container", "script", "shell", "workflow"',
  ],
  [
    "a container that is never removed late",
    "do:\n- a: { run: { container: { image: x, lifetime: { cleanup: eventually } } } }\n",
    '6:38+8 "lifetime" needs the key "after"',
  ],
  [
    "no item of a list",
    "do:\n- a: { run: { shell: { command: ls, arguments: [a, 1] } } }\n",
    '6:52+1 Item 2 must be a string, not the number 1 — Quote it: "1"',
  ],
  [
    "two ways to authenticate",
    "use: { authentications: { x: { basic: { username: a, password: b }, bearer: { token: c } } } }\ndo: []\n",
    '5:69+6 "x" has both "basic" and "bearer" — It can have only one of "basic", "bearer", "digest", "oauth2", "oidc"',
  ],
  [
    "half an authentication",
    "use: { authentications: { x: { basic: { username: a } } } }\ndo: []\n",
    '5:32+5 "basic" needs one of "password", "use"',
  ],
  [
    "read without on",
    "schedule: { every: PT1M, read: data }\ndo: []\n",
    '5:1+8 "schedule" needs the key "on"',
  ],
  ["an empty switch", "do:\n- a: { switch: [] }\n", '6:8+6 "switch" must have at least 1 case'],
  ["a case without then", "do:\n- a: { switch: [{ x: { when: .a } }] }\n", '6:19+1 "x" needs the key "then"'],
  [
    "until of an until",
    "do:\n- a: { listen: { to: { any: [], until: { any: [], until: .x } } } }\n",
    '6:51+5 Unknown key "until" in "until" — It can have: all, one',
  ],
  [
    "an open object",
    "do:\n- a: { try: [], catch: { errors: { wiht: {} } } }\n",
    '?6:36+4 Unknown key "wiht" in "errors" — Did you mean "with"?',
  ],
  [
    "an unknown mode",
    "evaluate: { mode: lose }\ndo: []\n",
    '5:19+4 "mode" must be one of "strict", "loose", not "lose" — Did you mean "loose"?',
  ],
];

test.each(table)("%s", (_, text, ...expected) => {
  expect(diagnose(head + text)).toEqual(expected);
});

test("a version that YAML reads as a number is told to be quoted", () => {
  expect(diagnose("document: { dsl: 1.0, namespace: a, name: b, version: 1.0 }\ndo: []\n")).toEqual([
    '1:18+3 "dsl" must be a string, not the number 1 — Quote it: "1.0"',
    '1:55+3 "version" must be a string, not the number 1 — Quote it: "1.0"',
  ]);
});

test("names of workflows are labels", () => {
  expect(
    diagnose(
      `document: { dsl: 1.0.3, namespace: my.space, name: ${"x".repeat(64)}, version: 1.0.0 }\ndo: []\n`,
    ),
  ).toEqual([
    '1:36+8 "namespace" must be letters, digits and hyphens, at most 63, with a letter or digit at both ends, not "my.space"',
    `1:52+64 "name" must be letters, digits and hyphens, at most 63, with a letter or digit at both ends, not "${"x".repeat(64)}"`,
  ]);
});

const durations = ["PT30S", "P1Y2M3W4DT5H6M7.5S", "P1D", "PT0.5S", "${ .wait }"];
const notDurations = ["P", "PT", "P1S", "1H", "PT-1S", "P1DT", "pt1s", ""];

test("ISO 8601 durations", () => {
  const verdict = (text: string) =>
    diagnose(`${head}do: [{ a: { wait: ${JSON.stringify(text)} } }]`).length === 0;
  expect(durations.filter(verdict)).toEqual(durations);
  expect(notDurations.filter(verdict)).toEqual([]);
});
