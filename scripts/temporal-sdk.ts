import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import type { BunPlugin } from "bun";

const root = resolve(import.meta.dir, "..");
const { resolve: find } = createRequire(join(root, "package.json"));
const core = dirname(find("@temporalio/core-bridge/package.json"));
const worker = dirname(find("@temporalio/worker/package.json"));
const thread = join(worker, "lib/workflow/workflow-worker-thread.js");

const addons: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

export interface SdkBuild {
  /** Of the executable: `linux-x64` and the like. */
  readonly target: string;
  /** The bundle of the workflows, as text. */
  readonly workflowCode: string;
  /** The text of a file of the SDK; only tests have another than what is installed. */
  readonly read?: (path: string) => string;
}

export interface SdkPlugin {
  readonly plugin: BunPlugin;
  /** Beside ours: the SDK's thread for workflow code. */
  readonly entrypoints: readonly string[];
  /**
   * After the build: throws unless everything here was made use of. Another version of the SDK is to fail the build, not
   * the run.
   */
  check(): void;
}

/** Makes Temporal's SDK, which expects a `node_modules` around it, fit into one executable. */
export async function temporalSdk(build: SdkBuild): Promise<SdkPlugin> {
  const read = build.read ?? ((path) => readFileSync(path, "utf8"));
  const modules = new Map<string, () => string>([...replacements(build, read), ...patches(read)]);
  const used = new Set<string>();
  const plugin: BunPlugin = {
    name: "temporal-sdk",
    setup({ onLoad }) {
      for (const [path, contents] of modules) {
        onLoad({ filter: exactly(path) }, () => {
          used.add(path);
          return { contents: contents(), loader: path.endsWith(".ts") ? "ts" : "js" };
        });
      }
    },
  };
  const check = () => {
    const unused = [...modules.keys()].filter((path) => !used.has(path));
    if (unused.length > 0) throw new Error(`The build replaces what nothing imports: ${unused.join(", ")}`);
  };
  return { plugin, entrypoints: [thread], check };
}

/** Leaves the engine out that needs the SDK. */
export function withoutTemporal(): SdkPlugin {
  const engine = join(root, "src/engine/temporal/temporal.ts");
  const contents =
    'export const createTemporalEngine = () => { throw new Error("Built without Temporal"); };';
  const plugin: BunPlugin = {
    name: "without-temporal",
    setup: ({ onLoad }) => {
      onLoad({ filter: exactly(engine) }, () => ({ contents, loader: "ts" }));
    },
  };
  return { plugin, entrypoints: [], check: () => {} };
}

type Read = (path: string) => string;
type Replacement = readonly [path: string, contents: () => string];

/** Whole modules. What stands in their place was written for these very texts: another one has to be looked at first. */
function replacements({ target, workflowCode }: SdkBuild, read: Read): Replacement[] {
  const replace = (path: string, hash: string, contents: () => string): Replacement => [
    path,
    () => {
      const found = createHash("sha256").update(read(path)).digest("hex");
      if (found === hash) return contents();
      throw new Error(`"${path}" is not the module that its replacement was written for: SHA-256 ${found}`);
    },
  ];
  return [
    replace(
      join(core, "index.js"),
      "b8a58f8433e2b1d4eb567a6008989463b2674633d8b2f8bc89475d78edc4ed96",
      () => coreBridge,
    ),
    // Keeps webpack and swc out.
    replace(
      join(worker, "lib/workflow/bundler.js"),
      "d6fe35eb8b3dc29007d8eebc71cbb7070efc7f862f56bf390c501261e3ae3e7f",
      () => bundler,
    ),
    replace(
      find("source-map/lib/read-wasm.js"),
      "26bd15735c12fd5d2ca0dd7688a1fe645703590d7ec58dbed270a2823523d348",
      readWasm,
    ),
    [
      join(root, "src/engine/temporal/embedded.ts"),
      () => {
        const { file, hash } = packAddon(target);
        return `
          import file from ${JSON.stringify(file)} with { type: "file" };
          export const addon = { file, hash: ${JSON.stringify(hash)} };
          export const workflowCode = ${JSON.stringify(workflowCode)};
        `;
      },
    ],
  ];
}

/** Loads the addon that `src/engine/temporal/addon.ts` unpacked: Bun's own way needs a temp directory that allows it. */
const coreBridge = `
  const { convertFromNamedError } = require("./lib/errors");
  const converted = (call) => (...values) => {
    try {
      const result = call(...values);
      if (!(result instanceof Promise)) return result;
      return result.catch((error) => { throw convertFromNamedError(error, false); });
    } catch (error) {
      throw convertFromNamedError(error, true);
    }
  };
  const addon = { exports: {} };
  process.dlopen(addon, process.env.PAWL_TEMPORAL_ADDON);
  const native = {};
  for (const [name, value] of Object.entries(addon.exports)) {
    native[name] = typeof value === "function" ? converted(value) : value;
  }
  module.exports = { ...require("./lib/index"), native };
`;

const bundler = `
  const absent = () => { throw new Error("Workflows are bundled when Pawl is built"); };
  exports.defaultWorkflowInterceptorModules = [];
  exports.bundleWorkflowCode = absent;
  exports.WorkflowCodeBundler = absent;
`;

function readWasm(): string {
  const wasm = readFileSync(find("source-map/lib/mappings.wasm")).toString("base64");
  return `
    const bytes = Buffer.from("${wasm}", "base64");
    module.exports = async () => new Uint8Array(bytes).buffer;
    module.exports.initialize = () => {};
  `;
}

/** Single places, each of which must be there exactly once. */
function patches(read: Read): Replacement[] {
  const patch = (file: string, find: string, replace: string): Replacement => [
    file,
    () => {
      const parts = read(file).split(find);
      if (parts.length !== 2)
        throw new Error(`The patch of "${file}" fits ${parts.length - 1} times: ${find}`);
      return parts.join(replace);
    },
  ];
  const threadPath = `/$bunfs/root/${relative(root, thread)}`;
  return [
    patch(
      join(worker, "lib/workflow/threaded-vm.js"),
      "require.resolve('./workflow-worker-thread')",
      JSON.stringify(threadPath),
    ),
    // Bun has no promise hooks, which only stack traces of workflows need: nothing to warn people of.
    patch(
      join(worker, "lib/workflow/vm-shared.js"),
      "console.warn('v8.promiseHooks.createHook is not available; stack trace collection will be disabled.');",
      "",
    ),
  ];
}

/** The addon for a target, compressed, which makes a third of it; kept from build to build. */
function packAddon(target: string): { readonly file: string; readonly hash: string } {
  const triple = addons[target];
  if (triple === undefined) throw new Error(`Temporal's SDK has no addon for "${target}"`);
  const content = readFileSync(join(core, "releases", triple, "index.node"));
  const hash = createHash("sha256").update(content).digest("hex");
  const folder = resolve(root, ".cache/temporal-addon");
  const file = join(folder, `${hash.slice(0, 16)}.zst`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) {
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, Bun.zstdCompressSync(content, { level: 6 }));
    renameSync(partial, file);
  }
  return { file, hash };
}

const exactly = (path: string) => new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
