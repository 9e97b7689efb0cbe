import { condition, forward, goTo, hostOf, randomList, type Scope } from "./generator.ts";

type Body = Record<string, unknown>;

/** Makes a task of each kind that runs, by its name in `src/workflow/task/kinds.ts`: a test holds both together. */
export const generators: Readonly<Record<string, (scope: Scope) => Body>> = {
  do: (scope) => ({ do: randomList(scope, scope.depth - 1) }),
  for: (scope) => {
    const { dice, depth, options } = scope;
    // Many rounds of little, or a few of more; now and then more than fit into a slice.
    const long = dice.chance(20);
    const rounds = long && depth === options.depth && dice.chance(10) ? 1_100 : 40;
    const tasks = long
      ? [{ t0: { set: { n: "${ ($at? // 0) + 1 }" } } }]
      : randomList(scope, scope.depth - 1);
    const loop = {
      in: long ? `[range(0; ${rounds})]` : dice.pick(["[1, 2, 3]", "[range(0; (.n? // 1) % 4)]"]),
    };
    return {
      for: dice.chance(50) || long ? { ...loop, each: "one", at: "at" } : loop,
      do: tasks,
      ...(dice.chance(30) && { while: "(.n? // 0) < 30" }),
    };
  },
  fork: (scope) => {
    const { dice, options } = scope;
    const compete = !options.confluent && dice.chance(50);
    return { fork: { branches: randomList(scope, scope.depth - 1, true), compete } };
  },
  try: (scope) => ({ try: randomList(scope, scope.depth - 1), catch: clause(scope) }),
  set: ({ dice, options }) => {
    if (options.secrets && dice.chance(30)) return { set: { n: "${ $secrets.s0 | length }" } };
    // Whoever puts a secret into data is told that it does not go.
    if (options.secrets && !options.confluent && dice.chance(10)) return { set: { key: "${ $secrets.s0 }" } };
    return { set: dice.pick(options.confluent || dice.chance(40) ? values : telling) };
  },
  switch: (scope) => ({
    switch: [
      { a: { when: condition(scope, ["(.n? // 0) > 4"]), ...goTo(forward(scope)) } },
      ...(scope.dice.chance(70) ? [{ b: goTo(forward(scope)) }] : []),
    ],
  }),
  wait: ({ dice }) => ({ wait: dice.pick([{ seconds: dice.roll(5) }, "PT0.2S", { minutes: dice.roll(3) }]) }),
  emit: ({ dice }) => ({
    emit: { event: { with: { type: "test.happened", data: dice.pick([number, { n: 1 }]) } } },
  }),
  raise: ({ dice }) => ({
    raise: {
      error: dice.pick<unknown>([
        "named",
        { type: "urn:x", status: 400 + dice.roll(3) },
        { type: "urn:y", status: 402, detail: '${ "n is \\(.n? // 0)" }' },
      ]),
    },
  }),
  "call http": ({ dice, options, parallel }) => {
    const endpoint = `http://${hostOf(options, parallel)}/${dice.roll(6)}`;
    const body = { method: "post", endpoint, body: { n: number, all: "${ . }" } };
    const asked = dice.chance(50) ? { method: "get", endpoint, query: { n: number } } : body;
    const headers = { headers: { authorization: "Bearer ${ $secrets.s0 }" } };
    return { call: "http", with: { ...asked, ...(options.secrets && dice.chance(50) && headers) } };
  },
  "call openapi": ({ dice, options, parallel }) => {
    const document = { endpoint: `http://${hostOf(options, parallel)}/openapi` };
    return {
      call: "openapi",
      with: { document, operationId: `o${dice.roll(3)}`, parameters: { n: number } },
    };
  },
  "run shell": ({ dice, options, parallel }) => {
    const command = `${hostOf(options, parallel)} ${dice.roll(3)}`;
    const stdin = options.confluent ? number : "${ . }";
    const given = dice.chance(50) ? { arguments: [number, "x"] } : { stdin, environment: { N: number } };
    return {
      run: { shell: { command, ...given }, await: dice.chance(70), return: dice.pick(["stdout", "all"]) },
    };
  },
  "run workflow": ({ dice, options }) => {
    const known = dice.chance(90) && options.children.length > 0;
    const name = known ? dice.pick(options.children) : "nowhere";
    const workflow = { namespace: "test", name, version: dice.pick(["1.0.0", "latest"]) };
    const input = dice.chance(50) ? { input: { n: number } } : {};
    return { run: { workflow: { ...workflow, ...input }, await: dice.chance(70) } };
  },
};

const number = "${ .n? // 0 }";

const values: readonly (object | string)[] = [
  { n: 1 },
  { n: 5 },
  { n: "${ ($input.n? // 0) + 1 }" },
  { n: "${ (.n? // 0) + ($context.n? // 0) }", text: "é\u2028" },
  "{n: (.n? // 7), list: [range(0; 20)]}",
];

/** What an execution knows of itself and of the server. */
const telling: readonly object[] = [
  { n: 2, version: "${ $runtime.version }" },
  { n: "${ $runtime.version | length }", version: "${ $runtime.version }" },
  { n: 3, id: "${ $workflow.id }", since: "${ $workflow.startedAt.epoch.milliseconds }" },
  { n: 4, now: "${ now }", task: "${ $task.reference }" },
];

function clause(scope: Scope): object {
  const { dice, options } = scope;
  const timed = !options.confluent;
  const count = { count: dice.roll(3), ...(timed && dice.chance(30) && { duration: { seconds: 2 } }) };
  const limit = { attempt: count, ...(timed && dice.chance(20) && { duration: { seconds: 5 } }) };
  const jitter = { from: { milliseconds: 1 }, to: { milliseconds: 900 } };
  const policy = { delay: { seconds: dice.roll(3) }, limit, ...(dice.chance(30) && { jitter }) };
  return {
    ...(dice.chance(30) && { errors: { with: { status: 401 } } }),
    ...(dice.chance(20) && { when: ".status != 402" }),
    ...(dice.chance(50) && { retry: dice.chance(20) ? "named" : policy }),
    ...(dice.chance(50) && { do: randomList(scope, scope.depth - 1) }),
    ...(dice.chance(20) && goTo("continue")),
  };
}
