import type { Definition } from "../syntax/ast.ts";
import type { Code } from "./code.ts";
import { compileNode } from "./compile-node.ts";
import type { Scope } from "./scope.ts";

/**
 * A `def`. Its body is compiled at the first call. While that goes on, calls of itself are taken to have
 * exactly one output, as most recursive functions have; if the body turns out otherwise it is compiled again.
 */
export class UserFunction {
  private state: "fresh" | "guessing" | "compiling" | "done" = "fresh";
  private guessUsed = false;
  private body: Code | null = null;

  /** The scope of the `def` itself, in which it is known. */
  scope: Scope | null = null;

  constructor(readonly definition: Definition) {}

  get name(): string {
    return this.definition.name;
  }

  get arity(): number {
    return this.definition.parameters.length;
  }

  /** The parameters taken by value, in order, without `$`. */
  get valueParameters(): readonly string[] {
    return this.definition.parameters.filter((name) => name.startsWith("$")).map((name) => name.slice(1));
  }

  /** Whether a call has exactly one output, provided that its arguments do. */
  get single(): boolean {
    if (this.state === "fresh") this.compile();
    if (this.state !== "guessing") return this.body?.one != null;
    this.guessUsed = true;
    return true;
  }

  /** Null while the body is being compiled: read it when the call runs. */
  get code(): Code {
    return this.body!;
  }

  private compile(): void {
    const scope = this.bodyScope();
    const nested = UserFunction.guesses;
    this.state = nested < MAX_NESTED_GUESSES ? "guessing" : "compiling";
    UserFunction.guesses++;
    this.body = compileNode(this.definition.body, scope, true);
    UserFunction.guesses = nested;
    if (this.guessUsed && this.body.one === null) {
      this.state = "compiling";
      this.body = null;
      this.body = compileNode(this.definition.body, scope, true);
    }
    this.state = "done";
  }

  /** Every parameter is a closure; those with `$` are variables as well. */
  private bodyScope(): Scope {
    const { parameters } = this.definition;
    const closures = parameters.reduce(
      (scope, name) => scope.with({ kind: "closure", name: name.replace("$", "") }),
      this.scope!,
    );
    return this.valueParameters.reduce((scope, name) => scope.with({ kind: "variable", name }), closures);
  }

  /** Guesses within guesses: each level may compile everything below it twice. */
  private static guesses = 0;
}

const MAX_NESTED_GUESSES = 3;
