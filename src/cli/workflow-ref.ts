import { usageError } from "./usage-error.ts";

export interface WorkflowRef {
  readonly namespace: string;
  readonly name: string;
  /** Empty: the highest. */
  readonly version: string;
}

const pattern = /^(?:(?<namespace>[^/:\s]+)\/)?(?<name>[^/:\s]+)(?::(?<version>[^/:\s]+))?$/;

/**
 * Reads `[namespace/]name[:version]`, also as `-o name` prints it (`workflow/default/hello:1.0.0`). Throws
 * `invalid_argument`.
 */
export function parseRef(text: string, verb: string, namespace = "default"): WorkflowRef {
  const plain = /^workflow\/[^/]+\/[^/]+$/.test(text) ? text.slice("workflow/".length) : text;
  const parts = pattern.exec(plain)?.groups;
  if (parts === undefined) {
    throw usageError(
      `"${text}" is not the name of a workflow`,
      verb,
      "Write it as [namespace/]name[:version]",
    );
  }
  return {
    namespace: parts["namespace"] ?? namespace,
    name: parts["name"]!,
    version: parts["version"] ?? "",
  };
}

export function formatRef({ namespace, name, version }: WorkflowRef): string {
  return `${namespace}/${name}${version === "" ? "" : `:${version}`}`;
}
