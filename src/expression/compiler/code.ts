import type { Run } from "../run.ts";
import type { Value } from "../value/value.ts";
import type { Path } from "./path.ts";

/**
 * A compiled piece of program. Results are pushed: `each` calls `emit` once per output and goes on when `emit`
 * returns, so backtracking is the JavaScript stack. What can only have exactly one output also has `one`,
 * which returns it directly; nearly all expressions of a workflow never leave that lane.
 */
export class Code {
  private compiledPaths: Paths | null = null;

  constructor(
    /** Exactly one output, or an error. Null if there may be none or many. */
    readonly one: One | null,
    readonly each: Each,
    private readonly makePaths: (() => Paths) | null = null,
    /** Present if the output is the same whatever the input. */
    readonly constant: { readonly value: Value } | null = null,
  ) {}

  /** The outputs together with the paths that lead to them; made when first asked for. */
  get paths(): Paths {
    this.compiledPaths ??= this.makePaths?.() ?? notPaths(this.each);
    return this.compiledPaths;
  }
}

/** What has exactly one output. */
export function single(one: One, makePaths: (() => Paths) | null = null): Code {
  const each: Each = (env, input, emit) => {
    const value = one(env, input);
    return value === TAIL_VALUE ? TAIL : emit(value);
  };
  return new Code(one, each, makePaths);
}

/** What may have any number of outputs. */
export function multiple(each: Each, makePaths: (() => Paths) | null = null): Code {
  return new Code(null, each, makePaths);
}

export function constant(value: Value): Code {
  return new Code(
    () => value,
    (_env, _input, emit) => emit(value),
    // jq takes the constants null, false and true for what stands there, if that is the same.
    value === null || typeof value === "boolean"
      ? null
      : () => (_env, path, _input, emit) => emit(path.away(), value),
    { value },
  );
}

export type One = (env: Env, input: Value) => Value;
export type Each = (env: Env, input: Value, emit: Emit) => Signal;
export type Emit = (value: Value) => Signal;
export type Paths = (env: Env, path: Path, input: Value, emit: PathEmit) => Signal;
export type PathEmit = (path: Path, value: Value) => Signal;

/**
 * `STOP`: somebody downstream wants no more (a limit is reached, a `break` unwinds): return it at once.
 * `TAIL`: a tail call waits in the run; only code compiled for a tail position says so (see `call.ts`).
 */
export type Signal = 0 | 1 | 2;
export const CONTINUE = 0;
export const STOP = 1;
export const TAIL = 2;

/** What `one` returns instead of a value when a tail call waits in the run. */
export const TAIL_VALUE = { tail: true } as unknown as Value;

/** A variable, a closure or a label, on top of those bound before it. Never changed once made. */
export class Env {
  constructor(
    readonly run: Run,
    readonly parent: Env | null,
    readonly value: unknown,
  ) {}
}

/** A filter passed as an argument, with the variables of the place where it was written. */
export class Closure {
  constructor(
    readonly code: Code,
    readonly env: Env,
  ) {}
}

export function up(env: Env, hops: number): Env {
  let found = env;
  for (let i = 0; i < hops; i++) found = found.parent!;
  return found;
}

/** A `break` has to leave code that has no signals: throw its label, which `label` also catches. */
export function unwind(run: Run): never {
  const label = run.breaking;
  run.breaking = null;
  throw label;
}

/** All outputs of `code`. */
export function collect(code: Code, env: Env, input: Value): Value[] {
  if (code.one !== null) return [code.one(env, input)];
  const { run } = env;
  const outputs: Value[] = [];
  const signal = code.each(env, input, (value) => {
    run.step();
    if ((outputs.push(value) & 0xfff) === 0) run.checkSize(outputs.length * 8);
    return CONTINUE;
  });
  if (signal !== CONTINUE) unwind(run);
  return outputs;
}

/** Values that no path leads to: they pass for a path only as long as they are what stood there anyway. */
function notPaths(each: Each): Paths {
  return (env, path, input, emit) => each(env, input, (value) => emit(path, value));
}
