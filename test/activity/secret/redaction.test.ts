import { afterAll, describe, expect, test } from "bun:test";
import { runActivity } from "../../../src/activity/run.ts";
import { Redaction } from "../../../src/activity/secret/redaction.ts";
import { contextWith, faultOf, httpRequest, shellRequest } from "../context.ts";
import { startEchoServer } from "../http/echo-server.ts";

const server = startEchoServer();
afterAll(() => server.stop());

const token = "t0k3n/+ä-of-ours";
const secrets = async () => new Map([["token", token]]);
const listed = { secrets: ["token"] };
const header = {
  at: "/headers",
  form: "text-map",
  label: "/do/0/a/with/headers",
  value: { a: "${ $secrets.token | @uri }" },
  kind: "expression",
  mode: "strict",
  input: {},
  variables: {},
  nowMs: 0,
} as const;

describe("what comes out of an activity shows no secret", () => {
  test("an answer that repeats what was sent, and the request that goes with it", async () => {
    const request = httpRequest(`${server.origin}/echo`, {
      ...listed,
      method: "post",
      body: { again: token, kept: 1 },
      output: "response",
      deferred: [header],
    });
    const text = JSON.stringify(await runActivity(request, contextWith({ secrets })));
    expect(text).toContain('"a":"***"');
    expect(text).toContain("kept");
    expect(text).not.toContain("t0k3n");
  });

  test("also of a task that does not use it", async () => {
    const request = shellRequest(`printf '%s' '{"x":"${token}"}'`, listed);
    expect(await runActivity(request, contextWith({ secrets }))).toBe('{"x":"***"}');
  });

  test("the lines that processes write", async () => {
    const lines: string[] = [];
    const request = shellRequest(`echo 'now ${token} then'; echo '${token}' >&2`, listed);
    await runActivity(request, contextWith({ secrets, log: ({ text }) => lines.push(text) }));
    expect(lines.sort()).toEqual(["***", "now *** then"]);
  });

  test("an error, whose text may be cut off in the middle of it", async () => {
    const request = httpRequest(`http://127.0.0.1:1/?${new URLSearchParams({ token })}`, listed);
    expect((await faultOf(runActivity(request, contextWith({ secrets })))).detail).toContain("?token=***:");
    const long = shellRequest(`printf 'x %s' '${token}' >&2; exit 3`, listed);
    expect((await faultOf(runActivity(long, contextWith({ secrets })))).detail).toEndWith(": x ***");
    expect(new Redaction([token]).excerpt("it was t0k3n/+")).toBe("it was ***");
  });

  test("jq's messages tell no values", async () => {
    const deferred = [{ ...header, value: { a: "${ $secrets.token + 1 }" } }];
    const request = httpRequest(server.origin, { ...listed, deferred });
    const { detail } = await faultOf(runActivity(request, contextWith({ secrets })));
    expect(detail).toBe("/do/0/a/with/headers/a: ${ $secrets.token + 1 }: string (…) cannot be added");
  });
});

describe("what is recognized", () => {
  test.each([
    ["in base64, wherever it stands", btoa(`user:${encodeURIComponent(token)}`), encodeURIComponent(token)],
    ["in a form", new URLSearchParams({ q: "a b+c" }).toString(), "a b+c"],
    ["in JSON", JSON.stringify({ a: 'qu"ote' }), 'qu"ote'],
    ["one line of several", "x MIIEvQIBADANBgkqhkiG9w0 y", "-----BEGIN\nMIIEvQIBADANBgkqhkiG9w0\n-----END"],
  ])("%s", (_, text, value) => {
    expect(new Redaction([value]).text(text)).toContain("***");
  });

  test("a short value only as a whole, so that not everything is masked", () => {
    const redaction = new Redaction(["abc", "1"]);
    expect(redaction.value({ x: "abc", y: "abcd", z: [1, 10, "1"] })).toEqual({
      x: "***",
      y: "abcd",
      z: ["***", 10, "***"],
    });
  });

  test("what holds nothing stays what it is", () => {
    const value = { a: [{ b: "c" }] };
    expect(new Redaction([token]).value(value)).toBe(value);
    expect(new Redaction([]).value(value)).toBe(value);
  });
});
