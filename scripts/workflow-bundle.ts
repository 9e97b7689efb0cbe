import { resolve } from "node:path";
import type { BunPlugin } from "bun";

const root = resolve(import.meta.dir, "..");
/** What the sandbox offers of Node's own modules. */
const overrides: Readonly<Record<string, string>> = {
  assert: "module.exports = globalThis.assert;",
  url: "module.exports = { URL, URLSearchParams };",
  util: "module.exports = { TextEncoder, TextDecoder };",
};
/** Optional modules of the application, which has none. */
const absent = new Set(["__temporal_custom_payload_converter", "__temporal_custom_failure_converter"]);

/**
 * The code that runs in Temporal's sandbox, as one script: `src/engine/temporal/workflow/workflow.ts` with what it imports. The
 * SDK would make it with webpack; this takes a fraction of a second, and may be given to `Worker.create` just the same.
 * Throws when something in it reaches for a module of the host.
 */
export async function bundleWorkflow(): Promise<string> {
  const build = await Bun.build({
    entrypoints: ["pawl:workflow-entry"],
    target: "browser",
    format: "cjs",
    minify: { whitespace: true, syntax: true, identifiers: false },
    plugins: [sandbox],
  });
  const [output] = build.outputs;
  if (!build.success || !output) throw new AggregateError(build.logs, "The workflow bundle does not build");
  const code = await output.text();
  const map = { version: 3, file: "pawl-workflow.js", sources: [], names: [], mappings: "" };
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
  const script = `var __TEMPORAL__ = (() => { const module = { exports: {} };\n${code}\nreturn module.exports; })();`;
  return `${script}\n//# sourceMappingURL=${url}\n`;
}

/**
 * The modules are evaluated once per thread and shared by its workflows, which is sound because ours keep no state but
 * caches of pure functions. The SDK insists on seeing its own module cache named; webpack's is the one it means.
 */
const entry = `
const api = require("@temporalio/workflow/lib/worker-interface.js");
const { overrideGlobals } = require("@temporalio/workflow/lib/global-overrides.js");
overrideGlobals();
const workflows = require(${JSON.stringify(resolve(root, "src/engine/temporal/workflow/workflow.ts"))});
module.exports = {
  api,
  preloadModules: () => globalThis.__webpack_module_cache__,
  importWorkflows: () => workflows,
  importInterceptors: () => [],
};
`;

const sandbox: BunPlugin = {
  name: "temporal-sandbox",
  setup(build) {
    build.onResolve({ filter: /^pawl:workflow-entry$/ }, () => ({
      path: resolve(root, "workflow-entry.js"),
      namespace: "pawl",
    }));
    build.onLoad({ filter: /.*/, namespace: "pawl" }, () => ({ contents: entry, loader: "js" }));
    build.onResolve({ filter: /^(?:node:)?[a-z_]+(?:\/[a-z]+)?$/ }, ({ path, importer }) => {
      const name = path.replace(/^node:/, "");
      if (name in overrides || absent.has(name)) return { path: name, namespace: "sandbox" };
      if (!path.startsWith("node:") && !builtin.has(name)) return undefined;
      // protobufjs asks for these and does without.
      if (importer.includes("protobufjs")) return { path: name, namespace: "sandbox" };
      throw new Error(`"${importer}" imports "${path}", which workflow code cannot`);
    });
    build.onLoad({ filter: /.*/, namespace: "sandbox" }, ({ path }) => ({
      contents: overrides[path] ?? "module.exports = {};",
      loader: "js",
    }));
  },
};

const builtin = new Set((await import("node:module")).builtinModules);
