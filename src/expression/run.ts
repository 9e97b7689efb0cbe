import { type Evaluation, ExpressionError, type Limits } from "./expression.ts";
import type { Value } from "./value/value.ts";

/** Bounds that a workflow's expressions do not meet, and a runaway one meets within 100 ms. */
export const DEFAULT_LIMITS: Limits = {
  steps: 1_000_000,
  depth: 10_000,
  outputs: 50_000,
  bytes: 32 * 1024 * 1024,
};

const FEW = 8;

/** The account of one evaluation. */
export class Run {
  readonly limits: Limits;
  readonly variables: Readonly<Record<string, Value | undefined>>;
  readonly nowMs: number;
  /** Depth of calls that are not tail calls. */
  depth = 0;
  /** How many containers were made: none means that a result is as harmless as what came in. */
  private made = 0;
  /** The containers themselves, while they are few. */
  private few: object[] | null = null;
  /** The label that a `break` is unwinding to. */
  breaking: object | null = null;
  /** The call that a tail position has handed back to its caller (see `call.ts`). */
  tailFunction: unknown = null;
  tailEnv: unknown = null;
  tailInput: Value = null;
  /** The last regular expression that this evaluation has paid for. */
  lastRegex: string | null = null;
  private stepsLeft: number;

  constructor(evaluation: Evaluation) {
    this.limits = evaluation.limits ?? DEFAULT_LIMITS;
    this.variables = evaluation.variables;
    this.nowMs = evaluation.nowMs;
    this.stepsLeft = this.limits.steps;
  }

  /** Bytes of results that were looked through: no steps of the program, and work all the same. */
  settled = 0;

  /** For `Evaluation.spent`. */
  get work(): number {
    return this.limits.steps - Math.max(0, this.stepsLeft) + (this.settled >> 4);
  }

  step(): void {
    if (--this.stepsLeft < 0) this.exceeded("steps");
  }

  spend(steps: number): void {
    this.stepsLeft -= steps;
    if (this.stepsLeft < 0) this.exceeded("steps");
  }

  enter(): void {
    if (++this.depth > this.limits.depth) this.exceeded("depth");
  }

  /** To be asked before a value of `bytes` is built. Copying it is work too: sixteen bytes are a step. */
  allocate(bytes: number): void {
    this.checkSize(bytes);
    this.spend(bytes >> 4);
  }

  checkSize(bytes: number): void {
    if (bytes > this.limits.bytes) this.exceeded("bytes");
  }

  /** To be told before a text is looked at: one put together of many is only now written out. */
  read(text: string): void {
    if (text.length > 256) this.spend(text.length >> 5);
  }

  /** How many steps are left, for what can stop by itself. */
  get left(): number {
    return this.stepsLeft;
  }

  /** To be told of every container made of other values: it takes two steps. */
  make<T extends object>(container: T): T {
    this.spend(2);
    if (this.made++ < FEW) {
      if (this.few === null) this.few = [container];
      else this.few.push(container);
    }
    return container;
  }

  /** The same for those that are made by the dozen: nothing is known about results from here on. */
  makeMany(): void {
    this.made = FEW + 1;
  }

  get madeNone(): boolean {
    return this.made === 0;
  }

  /** Whether `container` may have been made by this evaluation, and not have come in. */
  mayHaveMade(container: object): boolean {
    return this.made > FEW || this.few!.includes(container);
  }

  exceeded(bound: keyof Limits): never {
    throw limitError(bound, this.limits[bound]);
  }
}

export function limitError(bound: keyof Limits, limit: number): ExpressionError {
  const option = `"expression-${bound}"`;
  const message = `${EXCEEDED[bound]}: ${option} is ${limit}, and can be raised in the server's config.yaml`;
  return new ExpressionError(message, {
    kind: "limit",
    hint: `Do less in one expression, or raise ${option}`,
  });
}

const EXCEEDED: Readonly<Record<keyof Limits, string>> = {
  steps: "Expression takes too many steps",
  depth: "Expression recurses too deeply",
  outputs: "Expression has too many outputs",
  bytes: "Expression builds too large a value",
};
