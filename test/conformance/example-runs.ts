import type { Json } from "../../src/expression/json.ts";

/** One way to run a definition of the specification's examples, and how it has to end. */
export interface ExampleRun {
  readonly input: Json;
  readonly status: "completed" | "faulted";
  /** Absent: not compared, since it holds what is different each time. */
  readonly output?: Json;
  /** Members that the error must have. */
  readonly error?: { readonly [name: string]: Json };
}

const completed = (input: Json, output: Json): ExampleRun => ({ input, status: "completed", output });
const faulted = (input: Json, error: ExampleRun["error"]): ExampleRun =>
  error === undefined ? { input, status: "faulted" } : { input, status: "faulted", error };

const milou = { id: 1, name: "Milou", status: "available", photoUrls: [], tags: [] };
const idefix = { ...milou, id: 2, name: "Idefix" };
const luke = { count: 1, results: [{ name: "luke" }] };
const notImplemented = {
  type: "https://serverlessworkflow.io/errors/not-implemented",
  status: 500,
  title: "Not Implemented",
  detail: "The workflow 'raise-not-implemented:0.1.0' is a work in progress and cannot be run yet",
  instance: "/do/0/notImplemented",
};
const colors = [
  { name: "red", hex: "#FF0000" },
  { name: "green", hex: "#00FF00" },
  { name: "blue", hex: "#0000FF" },
];

/** The examples that can be run, by the name of their file; every other one is refused by `pawl run`. */
export const exampleRuns: Readonly<Record<string, readonly ExampleRun[]>> = {
  "authentication-bearer-uri-format": [completed({ petId: 1, token: "t" }, milou)],
  "authentication-bearer": [completed({ token: "t" }, milou)],
  "authentication-reusable": [completed({ petId: 2, token: "t" }, idefix)],
  "call-http-endpoint-interpolation-shorthand": [completed({ petId: 1 }, milou)],
  "call-http-endpoint-interpolation": [completed({ petId: 2 }, idefix)],
  "call-http-query-headers-expressions": [completed({ searchQuery: "luke" }, luke)],
  "call-http-query-parameters": [completed({ searchQuery: "luke" }, luke), faulted({}, { status: 400 })],
  "call-http-redirect": [completed({ searchQuery: "luke" }, luke)],
  "call-openapi": [completed({}, [milou, idefix])],
  "call-openapi-redirect": [completed({}, [milou, idefix])],
  "conditional-task": [
    completed({ customer: { age: 18 } }, { customer: ".customer", bet: ".bet" }),
    faulted({ customer: { age: 17 } }, { status: 400, title: "Access Forbidden" }),
  ],
  "do-multiple": [completed({ petId: 1 }, { ...milou, status: "sold" })],
  "do-single": [completed({ petId: 1 }, milou), faulted({ petId: 9 }, { status: 404, title: "Not Found" })],
  emit: [{ input: {}, status: "completed" }],
  fork: [{ input: { patient: { fullName: "Ada" }, room: { number: 7 } }, status: "completed" }],
  "for-inline-array": [completed({}, { processed: colors })],
  "raise-inline": [faulted({}, notImplemented)],
  "raise-reusable": [faulted({}, notImplemented)],
  "run-shell-stdin-and-arguments": [completed({}, "STDIN was: Hello World\nARGS are Foo Bar")],
  "run-subflow": [completed({ user: "Ada" }, { registered: ".user" })],
  "star-wars-homeworld": [completed({ id: 1 }, { name: "Tatooine" }), faulted({ id: 0 }, { status: 400 })],
  "switch-then-string": [
    completed({ orderType: "electronic" }, { validate: true, status: "fulfilled" }),
    completed({ orderType: "physical" }, { inventory: "clear", items: 1, address: "Elmer St" }),
    completed({ orderType: "other" }, { log: "warn", message: "something's wrong" }),
  ],
  "try-catch": [completed({ petId: 1 }, milou), completed({ petId: 9 }, { petId: 9 })],
  "try-catch-retry-inline": [completed({ petId: 1 }, milou), faulted({ petId: 9 }, { status: 404 })],
  "try-catch-retry-reusable": [completed({ petId: 1 }, milou)],
  "try-catch-then-directive": [completed({}, { status: "failed" })],
  "try-catch-then": [
    completed({ petId: 1 }, { ...milou, status: "sold" }),
    completed({ petId: 9 }, { error: "$error" }),
  ],
  "wait-duration-inline": [completed({ a: 1 }, { a: 1 })],
  "wait-duration-iso8601": [completed({ a: 1 }, { a: 1 })],
};
