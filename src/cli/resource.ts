import { suggest } from "./suggest.ts";
import { usageError } from "./usage-error.ts";

export interface Resource {
  readonly kind: "workflow" | "execution" | "secret";
  readonly name: string | undefined;
}

const kinds: Readonly<Record<string, Resource["kind"]>> = {
  workflows: "workflow",
  workflow: "workflow",
  wf: "workflow",
  executions: "execution",
  execution: "execution",
  exec: "execution",
  ex: "execution",
  secrets: "secret",
  secret: "secret",
};

const hints: Readonly<Record<string, string>> = {
  describe: "Say what it is: pawl describe workflow NAME | execution ID",
  delete: "Say what it is: pawl delete workflow|execution|secret NAME",
};

/** Reads `workflow NAME`, `wf NAME`, `workflow/NAME`, `executions`… Throws `invalid_argument`. */
export function readResource(words: readonly string[], verb: string): Resource {
  const [first = "", second] = words;
  const slash = first.indexOf("/");
  const word = slash < 0 ? first : first.slice(0, slash);
  const kind = Object.hasOwn(kinds, word) ? kinds[word] : undefined;
  if (kind === undefined) {
    const nearest = suggest(word, Object.keys(kinds));
    const hint =
      nearest === undefined
        ? (hints[verb] ?? "Use workflows, executions or secrets")
        : `Did you mean "${nearest}"?`;
    throw usageError(`Unknown kind "${word}"`, verb, hint);
  }
  if (slash < 0) return { kind, name: second };
  if (second !== undefined) throw usageError(`Unexpected argument "${second}"`, verb);
  return { kind, name: first.slice(slash + 1) };
}

/** The id of an execution, also as `-o name` prints it (`execution/ID`). */
export function readId(text: string): string {
  const id = text.replace(/^(?:executions?|ex)\//, "");
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(id)) {
    throw usageError(`"${text}" is not the id of an execution`, "", "List them: pawl get executions");
  }
  return id;
}
