import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Place } from "../cli/pawl.ts";

/** Secrets end to end: they work where they are needed, and are nowhere but in their table. */
const token = "tok-5f1c0b9e7d3a2468-ä";
const password = "pw-9c27e1f04b8d5a63";
const shop = JSON.stringify({ username: "ada", password });
const basic = btoa(`ada:${password}`);

let place: Place;
let release = () => {};
let arrived = Promise.withResolvers<void>();
const seen: { path: string; headers: Headers }[] = [];
/** Answers with what it was sent, like a service that is too talkative. */
const service = () =>
  Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname;
      seen.push({ path, headers: request.headers });
      if (path === "/held") {
        arrived.resolve();
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      const status = path === "/refused" ? 401 : 200;
      return Response.json({ ...Object.fromEntries(request.headers), url: request.url }, { status });
    },
  });
let server: ReturnType<typeof service>;

beforeEach(async () => {
  place = new Place();
  server = service();
  seen.length = 0;
  arrived = Promise.withResolvers();
  await place.pawl(["secret", "set", "token"], { stdin: token });
  await place.pawl(["secret", "set", "shop"], { stdin: shop });
});
afterEach(async () => {
  await place.pawl(["server", "stop"]);
  await place.close();
  await server.stop(true);
});

async function write(tasks: string, name = "work"): Promise<string> {
  const head = `document: { dsl: 1.0.3, namespace: default, name: ${name}, version: 1.0.0 }\n`;
  const use =
    "use: { secrets: [token, shop, missing], authentications: { shop: { basic: { use: shop } } } }\n";
  return await place.file(`${name}.yaml`, `${head}${use}do:\n${tasks}`);
}

const call = (path: string, more: string) =>
  `    call: http\n    with: { method: get, endpoint: { uri: '${server.url.origin}${path}'${more} }\n`;

/** What the client says of all executions, in every way it can. */
async function told(): Promise<string> {
  const { stdout: names } = await place.pawl(["get", "executions", "-o", "name"]);
  const words = names
    .trim()
    .split("\n")
    .flatMap((name) => [
      ["describe", name],
      ["describe", name, "-o", "json"],
      ["get", name, "-o", "json"],
      ["events", name.replace("execution/", "")],
    ]);
  const said = await Promise.all(words.map((line) => place.pawl(line)));
  const log = await place.pawl(["server", "logs"]);
  return [...said, log].map(({ stdout, stderr }) => stdout + stderr).join("\n");
}

const needles = [token, password, basic, btoa(encodeURIComponent(token)), encodeURIComponent(token)];
const holds = (text: string) => needles.some((needle) => text.includes(needle));

/** The tables, and the files that are no tables, in which a secret stands. */
function holders(): string[] {
  const data = filesOf(place.home).filter((path) => !/\.db(-wal|-shm)?$/.test(path));
  const found = data.filter((path) => statSync(path).isFile() && holds(readFileSync(path, "utf8")));
  const store = filesOf(place.home).find((path) => path.endsWith("pawl.db"))!;
  const database = new Database(store);
  for (const { name } of database.query("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as {
    name: string;
  }[]) {
    if (holds(JSON.stringify(database.query(`SELECT * FROM "${name}"`).all()))) found.push(name);
  }
  database.close();
  return found;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("in a header, an authentication, a process: they arrive, and are seen nowhere else", async () => {
  const file = await write(
    `- header:\n${call("/a", "}, headers: { x-token: '${ $secrets.token | @uri }' }, output: response")}` +
      `- basic:\n${call("/b", ", authentication: { use: shop } }, headers: { x-scheme: '${ $authorization.scheme }' }")}` +
      `- bearer:\n${call("/c", ", authentication: { bearer: { token: '${ $secrets.shop.password }' } } }")}` +
      '- process:\n    run:\n      shell:\n        command: \'echo "$T"; echo "$T" >&2\'\n' +
      "        environment: { T: '${ $secrets.token }' }\n    export: { as: '{seen: .}' }\n" +
      "- guarded:\n    if: $secrets.token | startswith(\"tok\")\n    set: { ok: '${ $secrets.shop.username }' }\n",
  );
  const ran = await place.pawl(["run", file]);
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  expect(JSON.parse(ran.stdout)).toEqual({ ok: "ada" });
  expect(seen.map(({ headers }) => headers.get("x-token") ?? headers.get("authorization"))).toEqual([
    encodeURIComponent(token),
    `Basic ${basic}`,
    `Bearer ${password}`,
  ]);
  expect(seen[1]!.headers.get("x-scheme")).toBe("Basic");
  const text = await told();
  expect(text).toContain("***");
  for (const needle of [token, password, basic]) expect(text).not.toContain(needle);
  await place.pawl(["server", "stop"]);
  expect(holders()).toEqual(["secrets"]);
});

test("data may not hold one, and errors do not tell one", async () => {
  const kept = await place.pawl(["run", await write("- a: { set: { x: '${ $secrets.token }' } }\n", "kept")]);
  expect(kept.code).toBe(1);
  expect(kept.stderr).toContain('The result holds the secret "token"');
  const refused = await place.pawl([
    "run",
    await write(
      `- a:\n${call("/refused", ", authentication: { use: shop } }, query: { t: '${ $secrets.token }' }")}`,
    ),
  ]);
  expect(refused.stderr).toContain("401");
  const broken = await place.pawl(["run", await write("- a: { set: '$secrets.token + 1' }\n", "broken")]);
  expect(broken.stderr).toContain("cannot be added");
  const text = (await told()) + kept.stderr + refused.stderr + broken.stderr;
  for (const needle of [token, token.slice(0, 8), password, basic]) expect(text).not.toContain(needle);
  await place.pawl(["server", "stop"]);
  expect(holders()).toEqual(["secrets"]);
});

test("one that does not exist is an authorization error, 403, which can be caught", async () => {
  const file = await write("- a: { set: { x: '${ $secrets.missing == null }' } }\n", "absent");
  const { code, stderr } = await place.pawl(["run", file]);
  expect(code).toBe(1);
  expect(stderr).toContain("/errors/authorization");
  expect(stderr).toContain("403");
  expect(stderr).toContain("pawl secret set missing");
  const filter =
    "errors: { with: { type: 'https://open-workflow-specification.org/spec/1.0.0/errors/authorization' } }";
  const caught = await write(
    `- a:\n    try: [{ b: { set: '$secrets.missing' } }]\n    catch: { ${filter}, do: [{ c: { set: { ok: 1 } } }] }\n`,
    "caught",
  );
  expect(JSON.parse((await place.pawl(["run", caught])).stdout)).toEqual({ ok: 1 });
});

test("one that use.secrets does not list is refused before anything runs", async () => {
  const { code, stderr } = await place.pawl(["run", await write("- a: { set: '$secrets.other' }\n")]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Secret "other" is not listed')]);
});

test("of one that was replaced or deleted nothing is left in any file once the server has stopped", async () => {
  await place.pawl(["secret", "set", "shop"], { stdin: "another value" });
  await place.pawl(["secret", "delete", "token"]);
  await place.pawl(["server", "stop"]);
  const files = filesOf(place.home).filter((path) => statSync(path).isFile());
  expect(files.filter((path) => holds(readFileSync(path, "latin1") + readFileSync(path, "utf8")))).toEqual(
    [],
  );
  expect(files.some((path) => readFileSync(path, "latin1").includes("another value"))).toBe(true);
});

test("kill -9 in the middle: the call is made again under its key, with the secret as it stands", async () => {
  const foreground = new Place();
  try {
    const process = await foreground.serve();
    await foreground.pawl(["secret", "set", "token"], { stdin: "before-the-kill" });
    await foreground.file("work.yaml", await Bun.file(join(place.directory, await heldWork())).text());
    const { stdout: id } = await foreground.pawl(["run", "work.yaml", "--detach"]);
    await arrived.promise;
    process.kill("SIGKILL");
    await process.exited;
    release();
    arrived = Promise.withResolvers();
    await foreground.pawl(["secret", "set", "token"], { stdin: "after-the-kill" });
    const following = foreground.pawl(["follow", id.trim()]);
    await arrived.promise;
    release();
    expect(JSON.parse((await following).stdout)).toMatchObject({ "x-token": "***" });
    expect(seen.at(-1)!.headers.get("x-token")).toMatch(/^(before|after)-the-kill$/);
    expect(new Set(seen.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
  } finally {
    await foreground.pawl(["server", "stop"]);
    await foreground.close();
  }
});

const heldWork = () => write(`- held:\n${call("/held", "}, headers: { x-token: '${ $secrets.token }' }")}`);
