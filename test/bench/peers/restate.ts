import { createServer } from "node:http2";
import * as restate from "@restatedev/restate-sdk";
import { freePorts, startChild } from "./child.ts";
import { contend } from "./contender.ts";

// Its SDK asks for it, and Node 20 does not have it.
Promise.withResolvers ??= <T>() => {
  let parts!: Pick<PromiseWithResolvers<T>, "resolve" | "reject">;
  const promise = new Promise<T>((resolve, reject) => {
    parts = { resolve, reject };
  });
  return { promise, ...parts };
};

/** Restate's server with its defaults, the service in this process, calls over its HTTP ingress. */
await contend(async ({ mode, folder }, url) => {
  const [ingress, admin, fabric, endpoint] = (await freePorts(4)) as [number, number, number, number];
  const durably = mode === "steps";
  const work = (tasks: readonly ((n: number) => unknown)[]) => async (context: any, input: { n: number }) => {
    let { n } = input;
    for (const [index, task] of tasks.entries()) {
      n = (durably ? await context.run(`step${index}`, () => task(n)) : await task(n)) as number;
    }
    return { n };
  };
  const add = (n: number) => n + 1;
  const call = async () => ((await (await fetch(url)).json()) as { n: number }).n;
  const handlers = {
    "ten-sets": work(Array.from({ length: 10 }, () => add)),
    "one-set": work([add]),
    chain: work([add, call, add]),
  };
  const named = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name.replace("-", ""), handler]),
  );
  const service = restate.service({ name: "bench", handlers: named });
  const logger = () => {};
  const handler = restate.createEndpointHandler({ services: [service], logger });
  const http2 = createServer(handler);
  await new Promise<void>((resolve) => http2.listen(endpoint, "127.0.0.1", resolve));
  const words = ["--node-name", "bench", "--cluster-name", "bench", "--listen-mode", "tcp"];
  const env = {
    RESTATE_BASE_DIR: folder,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`,
    RESTATE_DISABLE_TELEMETRY: "true",
    RESTATE_LOG_FORMAT: "compact",
    RESTATE_LOG_DISABLE_ANSI_CODES: "true",
  };
  const server = await startChild(process.env["RESTATE_SERVER"] ?? "", words, env, "admin-api-server");
  const headers = { "content-type": "application/json" };
  const post = async (to: string, body: unknown) => {
    const response = await fetch(to, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${to}: ${response.status} ${text}`);
    return text;
  };
  await post(`http://127.0.0.1:${admin}/deployments`, { uri: `http://127.0.0.1:${endpoint}` });
  return {
    pids: [server.pid],
    run: (kind) => post(`http://127.0.0.1:${ingress}/bench/${kind.replace("-", "")}`, { n: 0 }),
    close: () => server.end(),
  };
});
