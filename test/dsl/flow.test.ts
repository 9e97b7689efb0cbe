import { expect, test } from "bun:test";
import { diagnose, head } from "./brief.ts";

const table: readonly (readonly [name: string, text: string, ...expected: string[]])[] = [
  [
    "then to nowhere",
    "do:\n- getPet: { set: { x: 1 }, then: buyPat }\n- buyPet: { set: { x: 1 } }\n",
    '6:34+6 There is no task "buyPat" in the list of "getPet" — Did you mean "buyPet"?',
  ],
  [
    "then to another depth",
    "do:\n- a:\n    do:\n    - b: { set: { x: 1 }, then: c }\n- c: { set: { x: 1 } }\n",
    '8:33+1 There is no task "c" in the list of "b" — "c" is in another list; "then" leads only to "b", "continue", "exit", "end"',
  ],
  [
    "then of a case",
    "do:\n- a:\n    switch:\n    - x: { when: .x, then: nope }\n    - y: { then: end }\n",
    '8:28+4 There is no task "nope" in the list of "a" — "then" can be: a, continue, exit, end',
  ],
  [
    "then of a catch",
    "do:\n- a:\n    try: []\n    catch: { then: nope }\n",
    '8:20+4 There is no task "nope" in the list of "a" — "then" can be: a, continue, exit, end',
  ],
  [
    "then to a branch",
    "do:\n- a:\n    fork:\n      branches:\n      - x: { set: { x: 1 }, then: y }\n      - y: { set: { x: 1 } }\n",
    '9:35+1 "then" cannot lead from the branch "x" to the branch "y": branches run side by side — A branch can have several tasks: make it a do',
  ],
  [
    "directives lead everywhere",
    "do:\n- a: { set: { x: 1 }, then: end }\n- b: { set: { x: 1 }, then: exit }\n- c: { set: { x: 1 }, then: continue }\n",
  ],
  [
    "two tasks of one name",
    "do:\n- a: { set: { x: 1 } }\n- b: { set: { x: 1 } }\n- a: { set: { x: 1 } }\n",
    '8:3+1 Task name "a" is used twice in this list, the first time on line 6 — Give each task of a list its own name',
  ],
  ["one name in two lists", "do:\n- a: { do: [{ a: { set: { x: 1 } } }] }\n"],
  [
    "a task named as a directive",
    "do:\n- end: { set: { x: 1 } }\n",
    '?6:3+3 No "then" can lead to a task named "end", because that is a directive — Choose another name',
  ],
  [
    "two cases without when",
    "do:\n- a:\n    switch:\n    - x: { then: end }\n    - y: { then: exit }\n",
    '9:7+1 Only one case may have no "when", and the one on line 8 has none',
  ],
  [
    "a retry that is not there",
    "use: { retries: { often: {} } }\ndo:\n- a: { try: [], catch: { retry: oftn } }\n",
    '7:33+4 There is no "oftn" under "use.retries" — Did you mean "often"?',
  ],
  [
    "a timeout that is a duration",
    "timeout: PT3S\ndo: []\n",
    '5:10+4 There is no "PT3S" under "use.timeouts" — Write { after: PT3S }',
  ],
  [
    "an error that is not there",
    "do:\n- a: { raise: { error: broken } }\n",
    '6:24+6 There is no "broken" under "use.errors" — Define it there',
  ],
  [
    "an authentication that is not there",
    "use: { authentications: { petStore: { bearer: { token: x } } } }\ndo:\n- a: { call: http, with: { method: get, endpoint: { uri: x, authentication: { use: petstore } } } }\n",
    '7:84+8 There is no "petstore" under "use.authentications" — Did you mean "petStore"?',
  ],
  [
    "a secret that is not there",
    "use: { secrets: [one], authentications: { x: { basic: { use: two } } } }\ndo: []\n",
    '5:62+3 There is no secret "two" under "use.secrets" — Defined are: one',
  ],
  [
    "a function that is not there",
    "use: { functions: { pet: { set: { x: 1 } } } }\ndo:\n- a: { call: htpp }\n- b: { call: pet }\n- c: { call: somethingElse }\n",
    '7:14+4 There is no function "htpp" — Did you mean "http"?',
    '9:14+13 There is no function "somethingElse" — It can be: http, openapi, grpc, asyncapi, a2a, mcp, pet',
  ],
  [
    "a catalog that is not there",
    "do:\n- a: { call: 'log:1.0.0@global' }\n- b: { call: 'log:1.0.0@default' }\n- c: { call: 'https://x/function.yaml' }\n",
    '6:14+18 There is no "global" under "use.catalogs" — Define it there',
  ],
  [
    "a variable with a $",
    "do:\n- a: { for: { each: $pet, in: .pets }, do: [] }\n",
    '6:21+4 "$pet" is not a name for a variable — Write "pet", without the $',
  ],
  [
    "a variable with a blank",
    "do:\n- a: { for: { each: 'my pet', in: .pets }, do: [] }\n",
    '6:21+8 "my pet" is not a name for a variable — Use letters, digits and _',
  ],
  [
    "a variable that hides an argument",
    "do:\n- a: { try: [], catch: { as: input } }\n",
    '6:30+5 The variable "input" would hide the argument "$input" — Choose another name',
  ],
  [
    "two variables of one name",
    "do:\n- a: { for: { each: index, in: .x }, do: [] }\n",
    '6:8+3 Two variables of "a" are both named "index"',
  ],
];

test.each(table)("%s", (_, text, ...expected) => {
  expect(diagnose(head + text)).toEqual(expected);
});

const version = (dsl: string) =>
  diagnose(`document: { dsl: '${dsl}', namespace: a, name: b, version: 1.0.0 }\ndo: []\n`);

test("rulings 12 and 12a: versions of the DSL", () => {
  for (const dsl of ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]) expect(version(dsl)).toEqual([]);
  expect(version("1.1.0")).toEqual([
    '?1:18+7 DSL version "1.1.0" is newer than 1.0.3: what it adds is not known here',
  ]);
  expect(version("1.0.0-alpha5")).toEqual([
    '?1:18+14 DSL version "1.0.0-alpha5" is a preview, read as 1.0.3',
  ]);
  expect(version("2.0.0")).toEqual([
    '1:18+7 DSL version "2.0.0" is not supported — Supported are 1.0.0 to 1.0.3',
  ]);
});

test("ruling 12: the old format is told by its name, and nothing else is told", () => {
  const old =
    'This is a definition of the old format, Serverless Workflow 0.x — Rewrite it for the DSL 1.0.0 to 1.0.3: tasks under "do" in place of states';
  expect(diagnose("id: greet\nspecVersion: '0.8'\nstates: []\n")).toEqual([`2:1+11 ${old}`]);
  expect(version("0.8")).toEqual([`1:13+3 ${old}`]);
});
