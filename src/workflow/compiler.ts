import { type SchemaSpec, type Task, taskKind, type WorkflowDocument } from "../dsl/types.ts";
import type { Json } from "../expression/json.ts";
import type { DurationSlot } from "./duration.ts";
import type { DataStage, Program, TaskNode } from "./program.ts";
import type { Runtime } from "./runtime.ts";
import { schemaCheck } from "./schema.ts";
import { type Compiler, Site, type Stage } from "./site.ts";
import { doKind } from "./task/do.ts";
import { selectKind } from "./task/kinds.ts";

/** How deep tasks may stand in one another. */
export const maxNesting = 100;

type StageSpec = { readonly schema?: SchemaSpec; readonly from?: Json; readonly as?: Json } | undefined;

/**
 * Compiles a definition task by task. Throws `Failure`, `invalid_argument` or `unimplemented`, with the
 * pointer in `details`.
 */
export function compileProgram(document: WorkflowDocument, runtime: Runtime, late = false): Program {
  const tasks = new Map<string, TaskNode>();
  const compiler: Compiler = {
    document,
    use: document.use ?? {},
    late,
    task(task, { name, index, site }) {
      if (site.depth > maxNesting) throw site.invalid("", `Tasks are nested more than ${maxNesting} deep`);
      const node = compileTask(task, name, index, site);
      tasks.set(node.pointer, node);
      return node;
    },
  };
  const root = compileRoot(document, new Site(compiler, ""));
  tasks.set("", root);
  return { document, ...runtime, root, tasks };
}

function compileTask(task: Task, name: string, index: number, site: Site): TaskNode {
  const kind = selectKind(task, site);
  return {
    pointer: site.pointer,
    name,
    kindName: taskKind(task),
    kind,
    plan: kind.prepare(task, site),
    task,
    index,
    ...(task.if !== undefined && { if: site.expression(task.if, "/if", "before") }),
    input: stage(site, "/input", "from", task.input, "before", "definition"),
    output: stage(site, "/output", "as", task.output, "definition", "definition"),
    export: stage(site, "/export", "as", task.export, "export", "definition"),
    ...timeout(site, task.timeout, "definition"),
    ...(task.then !== undefined && { directive: task.then }),
  };
}

/**
 * The workflow is compiled as if it were one `do` task: the same stages, the same timeout, the same faults.
 */
function compileRoot(document: WorkflowDocument, site: Site): TaskNode {
  const task = { do: document.do };
  return {
    pointer: "",
    name: document.document.name,
    kindName: "do",
    kind: doKind,
    plan: doKind.prepare(task, site),
    task,
    index: 0,
    input: stage(site, "/input", "from", document.input, "workflow-input", "workflow-definition"),
    output: stage(site, "/output", "as", document.output, "workflow-output", "workflow-definition"),
    export: {},
    ...timeout(site, document.timeout, "workflow-definition"),
  };
}

function stage(
  site: Site,
  path: string,
  key: "from" | "as",
  spec: StageSpec,
  transforming: Stage,
  checking: Stage,
): DataStage {
  const transform = spec?.[key];
  return {
    ...(transform !== undefined && { transform: site.expression(transform, `${path}/${key}`, transforming) }),
    ...(spec?.schema !== undefined && { schema: schemaCheck(spec.schema, `${path}/schema`, site, checking) }),
  };
}

function timeout(site: Site, spec: Task["timeout"], stage: Stage): { timeout?: DurationSlot } {
  if (spec === undefined) return {};
  const named = typeof spec === "string";
  const { after } = named ? site.component("timeouts", spec, "/timeout") : spec;
  return { timeout: site.duration(after as Json, named ? "/timeout" : "/timeout/after", stage) };
}
