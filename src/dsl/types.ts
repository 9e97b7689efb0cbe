import type { Json, JsonObject } from "../expression/json.ts";

/** A definition as authors write it (dsl-reference.md), validated. Slots that may hold an expression are `Json`. */
export interface WorkflowDocument {
  readonly document: DocumentInfo;
  readonly input?: InputSpec;
  readonly use?: Use;
  readonly do: TaskList;
  readonly timeout?: string | TimeoutSpec;
  readonly output?: OutputSpec;
  readonly schedule?: JsonObject;
  readonly evaluate?: { readonly language?: string; readonly mode?: "strict" | "loose" };
}

export interface DocumentInfo {
  readonly dsl: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly summary?: string;
  readonly tags?: JsonObject;
  readonly metadata?: JsonObject;
}

export interface Use {
  readonly authentications?: Readonly<Record<string, Authentication>>;
  readonly errors?: Readonly<Record<string, ErrorSpec>>;
  readonly extensions?: readonly JsonObject[];
  readonly functions?: Readonly<Record<string, Task>>;
  readonly retries?: Readonly<Record<string, RetryPolicy>>;
  readonly secrets?: readonly string[];
  readonly timeouts?: Readonly<Record<string, TimeoutSpec>>;
  readonly catalogs?: JsonObject;
}

/** One entry a task: an object with the task's name as its only key. */
export type TaskList = readonly Readonly<Record<string, Task>>[];

export interface TaskBase {
  readonly if?: string;
  readonly input?: InputSpec;
  readonly output?: OutputSpec;
  readonly export?: ExportSpec;
  readonly timeout?: string | TimeoutSpec;
  readonly then?: string;
  readonly metadata?: JsonObject;
}

export interface InputSpec {
  readonly schema?: SchemaSpec;
  readonly from?: Json;
}
export interface OutputSpec {
  readonly schema?: SchemaSpec;
  readonly as?: Json;
}
export interface ExportSpec {
  readonly schema?: SchemaSpec;
  readonly as?: Json;
}
export interface SchemaSpec {
  readonly format?: string;
  readonly document?: Json;
  readonly resource?: ExternalResource;
}
export interface ExternalResource {
  readonly name?: string;
  readonly endpoint: Endpoint;
}
export type Endpoint = string | { readonly uri: string; readonly authentication?: AuthenticationRef };
export interface TimeoutSpec {
  readonly after: Duration;
}
export type Duration =
  | string
  | {
      readonly days?: number;
      readonly hours?: number;
      readonly minutes?: number;
      readonly seconds?: number;
      readonly milliseconds?: number;
    };

export type AuthenticationRef = { readonly use: string } | Authentication;
export interface Authentication {
  readonly basic?: { readonly username: string; readonly password: string } | { readonly use: string };
  readonly bearer?: { readonly token: string } | { readonly use: string };
  readonly digest?: JsonObject;
  readonly oauth2?: JsonObject;
  readonly oidc?: JsonObject;
}

export interface ErrorSpec {
  readonly type: string;
  readonly status: number;
  readonly instance?: string;
  readonly title?: string;
  readonly detail?: string;
}

export interface RetryPolicy {
  readonly when?: string;
  readonly exceptWhen?: string;
  readonly delay?: Duration;
  readonly backoff?: { readonly constant?: Json; readonly linear?: Json; readonly exponential?: Json };
  readonly limit?: {
    readonly attempt?: { readonly count?: number; readonly duration?: Duration };
    readonly duration?: Duration;
  };
  readonly jitter?: { readonly from: Duration; readonly to: Duration };
}

export interface CallTask extends TaskBase {
  readonly call: string;
  readonly with?: JsonObject;
}
export interface DoTask extends TaskBase {
  readonly do: TaskList;
}
export interface ForkTask extends TaskBase {
  readonly fork: { readonly branches: TaskList; readonly compete?: boolean };
}
export interface EmitTask extends TaskBase {
  readonly emit: { readonly event: { readonly with: JsonObject } };
}
export interface ForTask extends TaskBase {
  readonly for: { readonly each?: string; readonly in: string | readonly Json[]; readonly at?: string };
  readonly while?: string;
  readonly do: TaskList;
}
export interface ListenTask extends TaskBase {
  readonly listen: JsonObject;
  readonly foreach?: JsonObject;
}
export interface RaiseTask extends TaskBase {
  readonly raise: { readonly error: string | ErrorSpec };
}
export interface RunTask extends TaskBase {
  readonly run: {
    readonly shell?: ShellProcess;
    readonly workflow?: WorkflowProcess;
    readonly script?: JsonObject;
    readonly container?: JsonObject;
    readonly await?: boolean;
    readonly return?: "stdout" | "stderr" | "code" | "all" | "none";
  };
}
export interface ShellProcess {
  readonly command: string;
  readonly stdin?: Json;
  readonly arguments?: Json;
  readonly environment?: Json;
}
export interface WorkflowProcess {
  readonly namespace: string;
  readonly name: string;
  /** Without one, the highest. */
  readonly version?: string;
  readonly input?: Json;
}
export interface SetTask extends TaskBase {
  readonly set: JsonObject | string;
}
export interface SwitchTask extends TaskBase {
  readonly switch: readonly Readonly<Record<string, { readonly when?: string; readonly then: string }>>[];
}
export interface TryTask extends TaskBase {
  readonly try: TaskList;
  readonly catch: {
    readonly errors?: { readonly with?: JsonObject };
    readonly as?: string;
    readonly when?: string;
    readonly exceptWhen?: string;
    readonly retry?: string | RetryPolicy;
    readonly do?: TaskList;
    readonly then?: string;
  };
}
export interface WaitTask extends TaskBase {
  readonly wait: Duration;
}

export type Task =
  | CallTask
  | DoTask
  | ForkTask
  | EmitTask
  | ForTask
  | ListenTask
  | RaiseTask
  | RunTask
  | SetTask
  | SwitchTask
  | TryTask
  | WaitTask;

export type TaskKindName =
  | "call"
  | "do"
  | "fork"
  | "emit"
  | "for"
  | "listen"
  | "raise"
  | "run"
  | "set"
  | "switch"
  | "try"
  | "wait";

/** The kind of a valid task: `for` before `do`, since a for task carries both keys. */
export function taskKind(task: Task): TaskKindName {
  for (const kind of kindKeys) if (kind in task) return kind;
  throw new Error(`Not a task: ${Object.keys(task).join(", ")}`);
}

const kindKeys = [
  "call",
  "for",
  "do",
  "fork",
  "emit",
  "listen",
  "raise",
  "run",
  "set",
  "switch",
  "try",
  "wait",
] as const;
