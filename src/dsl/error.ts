/** A workflow's error as data: Problem Details (RFC 7807), dsl-reference.md "Error". */
export interface WorkflowError {
  readonly type: string;
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  /** JSON pointer into the definition, with indices: `/do/0/getPet` (ruling 9). */
  readonly instance?: string;
}

const base = "https://open-workflow-specification.org/spec/1.0.0/errors/";

/** The standard error types with their default status and title (dsl-reference.md "Standard Error Types"). */
const standard = {
  configuration: { status: 400, title: "Configuration error" },
  validation: { status: 400, title: "Validation error" },
  expression: { status: 400, title: "Expression error" },
  authentication: { status: 401, title: "Authentication error" },
  authorization: { status: 403, title: "Authorization error" },
  timeout: { status: 408, title: "Timeout" },
  communication: { status: 500, title: "Communication error" },
  runtime: { status: 500, title: "Runtime error" },
} as const;

export type StandardError = keyof typeof standard;

/** A standard error. `overrides` may carry a better status, title or instance than the default. */
export function standardError(
  kind: StandardError,
  detail: string,
  overrides: Partial<WorkflowError> = {},
): WorkflowError {
  return { type: base + kind, ...standard[kind], detail, ...overrides };
}

/** Thrown inside the interpreter and activities to raise a workflow error; never crosses the engine's seam. */
export class WorkflowFault extends Error {
  readonly error: WorkflowError;

  constructor(error: WorkflowError) {
    super(error.detail ?? error.title ?? error.type);
    this.name = "WorkflowFault";
    this.error = error;
  }
}

const filterFolds: readonly [RegExp, string][] = [
  [/^https?:\/\/(?:www\.)?serverlessworkflow\.io\//, "https://open-workflow-specification.org/"],
  [/^(https:\/\/open-workflow-specification\.org)\/dsl\/errors\/types\//, "$1/spec/1.0.0/errors/"],
];

/** Folds the two hosts and the two paths of standard error types into one, for filters only (ruling 1). */
export function foldErrorType(type: string): string {
  return filterFolds.reduce((folded, [pattern, replacement]) => folded.replace(pattern, replacement), type);
}
