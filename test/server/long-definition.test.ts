import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type ForegroundServer, serveForeground } from "./foreground.ts";

setDefaultTimeout(60_000);

let server: ForegroundServer;
beforeAll(async () => {
  server = await serveForeground();
});
afterAll(() => server.stop());

const head = "document: { dsl: 1.0.3, namespace: default, name: NAME, version: 1.0.0 }\ndo:\n";
const task = (n: number) => `- t${n}: { set: { a: '\${ .a + ${n} }' } }\n`;
const definition = (name: string, tasks: number) => ({
  file: `${name}.yaml`,
  text: head.replace("NAME", name) + Array.from({ length: tasks }, (_, n) => task(n)).join(""),
});

test("the executable answers others while it reads a long definition, whatever it is read for", async () => {
  const small = definition("small", 1);
  await server.call("pawl.v1.WorkflowService/Apply", { sources: [small] });
  const long = definition("long", 15_000);
  const input = JSON.stringify({ a: 0 });
  for (const [path, request] of [
    ["pawl.v1.WorkflowService/Validate", { sources: [long] }],
    ["pawl.v1.WorkflowService/Apply", { sources: [long] }],
    [
      "pawl.v1.ExecutionService/Start",
      { id: "inline", definition: { ...long, text: `${long.text}# x\n` }, input },
    ],
  ] as const) {
    let isDone = false;
    const reading = server.call(path, request).then((answer) => {
      isDone = true;
      return answer;
    });
    const workflow = { namespace: "default", name: "small" };
    const start = { id: `beside-${path.split("/")[1]}`, workflow, input, waitMs: 10_000 };
    const beside = await server.call("pawl.v1.ExecutionService/Start", start);
    expect([beside.body.execution.output, isDone]).toEqual([JSON.stringify({ a: 0 }), false]);
    expect((await reading).status).toBe(200);
  }
});
