import { importsOf, type SourceFile } from "./tree.ts";

/** Who may import whom; arrows point down, everything else is forbidden (docs/ARCHITECTURE.md). */
const arrows: readonly [from: string, to: readonly string[]][] = [
  ["src/main.ts", ["src/cli", "src/config"]],
  [
    "src/compose.ts",
    ["src/daemon", "src/server", "src/engine", "src/activity", "src/config", "src/dsl", "src/expression"],
  ],
  [
    "src/cli",
    [
      "src/client",
      "src/config",
      "src/compose.ts",
      "src/dsl",
      "src/expression",
      "src/daemon/platform",
      "src/gen",
    ],
  ],
  ["src/client", ["src/daemon/platform", "src/config", "src/gen"]],
  ["src/daemon/platform", []],
  ["src/daemon", ["src/daemon/platform", "src/config", "src/gen"]],
  ["src/server", ["src/engine/engine.ts", "src/workflow", "src/dsl", "src/expression/json.ts", "src/gen"]],
  ["src/engine/engine.ts", ["src/workflow", "src/dsl", "src/expression"]],
  ["src/engine/request", ["src/engine/engine.ts", "src/workflow", "src/dsl", "src/expression"]],
  [
    "src/engine/sqlite",
    [
      "src/engine/engine.ts",
      "src/engine/request",
      "src/workflow",
      "src/dsl",
      "src/expression",
      "src/activity",
    ],
  ],
  // What runs in Temporal's sandbox.
  [
    "src/engine/temporal/workflow",
    ["src/engine/temporal/protocol.ts", "src/workflow", "src/dsl", "src/expression"],
  ],
  [
    "src/engine/temporal",
    [
      "src/engine/engine.ts",
      "src/engine/request",
      "src/workflow",
      "src/dsl",
      "src/expression",
      "src/activity",
    ],
  ],
  ["src/activity", ["src/dsl", "src/expression"]],
  ["src/workflow", ["src/dsl", "src/expression"]],
  ["src/dsl", ["src/expression"]],
  ["src/expression", []],
  ["src/config", []],
];

/** Below every room but the expressions: the one error class. */
const failure = "src/failure.ts";

/** The rooms that `path` may import, its own included. */
export function allowedArrows(path: string): string[] {
  const room = roomOf(path);
  const to = arrows.find(([from]) => from === room)?.[1] ?? [];
  return [room, ...to, ...(room === "src/expression" ? [] : [failure])];
}

/** Every import between the rooms of `files`. */
export function findArrows(files: readonly SourceFile[]): { file: string; from: string; to: string }[] {
  return files.flatMap((file) => importsOf(file).map((to) => ({ file: file.path, from: file.path, to })));
}

function roomOf(path: string): string {
  const match = arrows.find(([from]) => path === from || path.startsWith(`${from}/`));
  return match?.[0] ?? path;
}
