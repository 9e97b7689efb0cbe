import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { NativeConnection } from "@temporalio/worker";
import { openPawl, type Pawl } from "../conformance/pawl.ts";
import { describeTemporal } from "./describe.ts";
import { configFor, type DevServer, openDevServer } from "./dev-server.ts";

setDefaultTimeout(120_000);

/** Every history is there for all who may look into the cluster: no value of a secret may be in one. */
const token = "tok-5f1c0b9e7d3a2468";
const password = "pw-9c27e1f04b8d5a63";
const needles = [token, password, btoa(`ada:${password}`), btoa(token)];
/** What is no secret: found where it is, or the search finds nothing at all. */
const control = "plain-1a2b3c4d5e6f";

/** All texts and bytes in a message of Temporal's API, with the place of each. */
function* textsOf(value: unknown, place = ""): Generator<readonly [place: string, text: string]> {
  if (typeof value === "string") yield [place, value];
  else if (value instanceof Uint8Array) yield [place, new TextDecoder("latin1").decode(value)];
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield [place, key];
      yield* textsOf(item, `${place}/${key}`);
    }
  }
}

const placesOf = (needle: string, found: readonly (readonly [string, string])[]) =>
  found.filter(([, text]) => text.includes(needle)).map(([place]) => place);

describeTemporal("secrets and what Temporal keeps", () => {
  let temporal: DevServer;
  let pawl: Pawl;
  let peer: Bun.Server<undefined>;
  const seen: string[] = [];
  beforeAll(async () => {
    temporal = await openDevServer();
    await temporal.start();
    pawl = await openPawl(configFor(temporal.address));
    const shop = JSON.stringify({ username: "ada", password });
    for (const [name, value] of [
      ["token", token],
      ["shop", shop],
    ] as const) {
      await Bun.write(join(pawl.directory, name), value);
      expect((await pawl.command("secret", "set", name, "--from-file", name)).exitCode).toBe(0);
    }
    // Tells all it is sent, like a service that is too talkative.
    peer = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const told = {
          headers: Object.fromEntries(request.headers),
          url: request.url,
          body: await request.text(),
        };
        seen.push(JSON.stringify(told));
        return Response.json(told, { status: request.url.includes("refused") ? 401 : 200 });
      },
    });
  });
  afterAll(async () => {
    await pawl?.close();
    await peer?.stop(true);
    await temporal?.close();
  });

  /** Runs a workflow with these tasks; answers its exit code and what was told on stderr. */
  async function run(name: string, tasks: string, more = ""): Promise<{ exitCode: number; stderr: string }> {
    const use = "use: { secrets: [token, shop], authentications: { shop: { basic: { use: shop } } } }";
    const head = `document: { dsl: 1.0.3, namespace: kept, name: ${name}, version: 1.0.0 }\n${use}\n${more}`;
    await Bun.write(join(pawl.directory, `${name}.yaml`), `${head}do:\n${tasks}\n`);
    expect(await pawl.command("apply", "-f", `${name}.yaml`)).toMatchObject({ exitCode: 0 });
    return pawl.command("run", `kept/${name}`, "--input", JSON.stringify({ control }));
  }
  const call = (path: string, more = "", body = "") =>
    `call: http, with: { method: post, endpoint: { uri: '${peer.url.origin}/${path}'${more} }${body} }`;

  /** Everything that the API tells of everything there is. */
  async function everything(): Promise<(readonly [string, string])[]> {
    const connection = await NativeConnection.connect({ address: temporal.address });
    const { workflowService: service } = connection;
    const namespace = "default";
    const found: (readonly [string, string])[] = [];
    const { executions } = await service.listWorkflowExecutions({ namespace, pageSize: 1_000 });
    for (const info of executions ?? []) {
      const place = `${info.type?.name} ${info.execution?.workflowId}`;
      found.push(...textsOf(info, place));
      const execution = { workflowId: info.execution?.workflowId, runId: info.execution?.runId };
      found.push(...textsOf(await service.describeWorkflowExecution({ namespace, execution }), place));
      let nextPageToken: Uint8Array | undefined;
      do {
        const page = await service.getWorkflowExecutionHistory({ namespace, execution, nextPageToken });
        for (const event of page.history?.events ?? [])
          found.push(...textsOf(event, `${place} ${event.eventId}`));
        nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
      } while (nextPageToken);
    }
    await connection.close();
    return found;
  }

  test("a value is in no event, failure, header, memo or attribute of any workflow there is", async () => {
    const ok = await run(
      "places",
      [
        `- header: { ${call("a", "", ", headers: { x-token: '${ $secrets.token }' }, output: response")} }`,
        `- basic: { ${call("b", ", authentication: { use: shop }")} }`,
        `- bearer: { ${call("c", ", authentication: { bearer: { token: '${ $secrets.shop.password }' } }")} }`,
        `- body: { ${call("d", "", ", body: { inside: ['${ $secrets.token | @base64 }'] }")} }`,
        `- query: { ${call("e", "", ", query: { t: '${ $secrets.token }' }")} }`,
        "- shell: { run: { shell: { command: 'echo \"$T\"; echo \"$T\" >&2', environment: { T: '${ $secrets.token }' } } } }",
        "- guarded: { if: '${ $secrets.token | startswith(\"tok\") }', set: { user: '${ $secrets.shop.username }' } }",
        "- switched: { switch: [{ yes: { when: '${ $secrets.token == \"no\" }', then: end } }, { no: { then: continue } }] }",
        "- looped:\n    for: { in: '${ [$secrets.token | length] }' }\n    do: [{ one: { set: { n: '${ $item }' } } }]",
        `- tries:\n    try: [{ refused: { ${call("refused", ", authentication: { use: shop }")} } }]\n` +
          "    catch: { as: error, when: '${ ($secrets.token | length) > 0 }', do: [{ said: { set: { e: '${ $error }' } } }] }",
        `- later: { run: { await: false, shell: { command: 'true', environment: { T: '\${ $secrets.token }' } } } }`,
        "- kept: { set: { n: '${ $secrets.token | length }', plain: '${ $workflow.input.control }' } }",
      ].join("\n"),
    );
    expect(ok).toMatchObject({ exitCode: 0, stderr: "" });
    const faults = {
      outputs: "- a: { set: { x: '${ $secrets.token }' } }",
      broken: "- a: { set: '${ $secrets.token + 1 }' }",
      raised:
        "- a: { raise: { error: { type: 'https://test.test/e', status: 400, title: '${ $secrets.token }' } } }",
      emitted:
        "- a: { emit: { event: { with: { source: 'https://t.t', type: t, data: '${ $secrets.token }' } } } }",
      child:
        "- a: { run: { workflow: { namespace: kept, name: places, version: 1.0.0, input: { x: '${ $secrets.shop }' } } } }",
      refused: `- a: { ${call("refused", ", authentication: { use: shop }", ", query: { t: '${ $secrets.token }' }")} }`,
      exported: "- a: { set: { ok: 1 }, export: { as: '${ { t: $secrets.token } }' } }",
    };
    const told: Record<string, unknown> = {};
    for (const [name, tasks] of Object.entries(faults)) told[name] = (await run(name, tasks)).exitCode;
    // The peer did get them: they were used.
    for (const needle of needles) expect(seen.join()).toContain(needle);
    const found = await everything();
    expect(placesOf(control, found).length).toBeGreaterThan(5);
    for (const type of ["kept/places", "catalog", "definition", "detached"])
      expect(found.some(([place]) => place.startsWith(`${type} `))).toBe(true);
    for (const needle of needles)
      expect({ needle, places: placesOf(needle, found) }).toEqual({ needle, places: [] });
    expect(new Set(Object.values(told))).toEqual(new Set([1]));
  });
});
