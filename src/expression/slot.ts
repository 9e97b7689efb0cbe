import { compile } from "./compile.ts";
import { type Evaluation, type Expression, ExpressionError } from "./expression.ts";
import type { Json, JsonObject } from "./json.ts";
import { type SlotPart, splitSlotText, wholeExpression } from "./slot-text.ts";
import { toText } from "./value/text.ts";

export interface SlotOptions {
  /**
   * `expression`: a slot that can hold nothing else (`if`, `when`, `input.from`, …); there a bare string is jq and
   * `${ }` is optional, and the strings of an object or array are values. `value`: strings are literal but for the
   * `${ … }` in them. `literal`: only a string that is `${ … }` as a whole is evaluated (scripts, shell commands).
   */
  readonly kind: "expression" | "value" | "literal";
  /** `loose`: every string is tried as jq, and stands for itself where it does not compile or fails. */
  readonly mode: "strict" | "loose";
  /** The variables, without `$`, that exist where the slot stands. */
  readonly variables: readonly string[];
}

/** A value of a definition, ready to be evaluated. Immutable. What an evaluation gives is never evaluated again. */
export interface Slot {
  /** The value itself, when there is nothing to evaluate in it. */
  readonly constant?: Json;
  /** The variables, without `$`, that its expressions mention. */
  readonly variables: ReadonlySet<string>;
  /** One output is the value, none is null, several are an array of all. Throws `SlotError`. */
  evaluate(input: Json, evaluation: Evaluation): Json;
}

/** An `ExpressionError` that also knows where in a slot's value it arose; `offset` counts in the string there. */
export class SlotError extends ExpressionError {
  /** JSON pointer into the slot's value; empty for the value itself. */
  readonly pointer: string;

  constructor(error: ExpressionError, pointer: string, shift: number) {
    const { kind, length, hint } = error;
    const offset = error.offset === undefined ? undefined : error.offset + shift;
    super(error.message, {
      kind,
      ...(offset !== undefined && { offset }),
      ...(length !== undefined && { length }),
      ...(hint !== undefined && { hint }),
    });
    this.name = "SlotError";
    this.pointer = pointer;
  }
}

/** Compiles a value of a definition. Throws the first of its `SlotError`s. */
export function compileSlot(value: Json, options: SlotOptions): Slot {
  const compiler = new SlotCompiler(options);
  const root = compiler.root(value);
  const error = compiler.errors[0];
  if (error) throw error;
  return {
    ...(root.evaluate === undefined && { constant: root.constant }),
    variables: compiler.variables,
    evaluate: root.evaluate ?? (() => root.constant),
  };
}

/** All syntax errors of a slot, among them variables that do not exist there, each with its JSON pointer. */
export function slotErrors(value: Json, options: SlotOptions): { pointer: string; error: ExpressionError }[] {
  const compiler = new SlotCompiler(options);
  compiler.root(value);
  return compiler.errors.map((error) => ({ pointer: error.pointer, error }));
}

/** What jq takes for true: everything but null and false. */
export function truthy(value: Json): boolean {
  return value !== null && value !== false;
}

type Evaluate = (input: Json, evaluation: Evaluation) => Json;
type Node = { readonly constant: Json; readonly evaluate?: undefined } | { readonly evaluate: Evaluate };

class SlotCompiler {
  readonly variables = new Set<string>();
  readonly errors: SlotError[] = [];
  private readonly options: SlotOptions;

  constructor(options: SlotOptions) {
    this.options = options;
  }

  root(value: Json): Node {
    if (typeof value === "string" && this.options.kind === "expression")
      return this.guarded(value, "", () => this.bare(value, ""));
    return this.node(value, "");
  }

  private node(value: Json, pointer: string): Node {
    if (typeof value === "string")
      return this.guarded(value, pointer, () =>
        this.options.kind === "literal" ? this.literal(value, pointer) : this.value(value, pointer),
      );
    if (Array.isArray(value)) {
      const items = value.map((item, index) => this.node(item, `${pointer}/${index}`));
      return arrayNode(value, items);
    }
    if (value === null || typeof value !== "object") return { constant: value };
    return objectNode(
      value as JsonObject,
      Object.entries(value).map(([key, item]) => [
        key,
        this.node(item ?? null, `${pointer}/${escapePointer(key)}`),
      ]),
    );
  }

  private bare(text: string, pointer: string): Node {
    const whole = wholeExpression(text);
    if (whole) return this.expression(whole, pointer);
    if (/^\s*\$\{/.test(text)) throw notWhole(text, pointer);
    try {
      return this.expression({ kind: "expression", text, offset: 0 }, pointer);
    } catch (error) {
      throw error instanceof SlotError && text.includes("${") ? withHint(error, textHint) : error;
    }
  }

  private literal(text: string, pointer: string): Node {
    const whole = wholeExpression(text);
    return whole ? this.expression(whole, pointer) : { constant: text };
  }

  private value(text: string, pointer: string): Node {
    if (!text.includes("${")) return this.loose ? this.bare(text, pointer) : { constant: text };
    const whole = wholeExpression(text);
    if (whole) return this.expression(whole, pointer);
    const parts = splitSlotText(text);
    if (!Array.isArray(parts)) throw unclosed((parts as { unclosedAt: number }).unclosedAt, pointer);
    return { evaluate: interpolation(parts.map((part) => this.part(part, pointer))) };
  }

  private part(part: SlotPart, pointer: string): Node {
    return part.kind === "text" ? { constant: part.text } : this.expression(part, pointer);
  }

  private expression(part: SlotPart, pointer: string): Node {
    const compiled = compilePart(part, pointer, this.options.variables);
    for (const name of compiled.variables) this.variables.add(name);
    return {
      evaluate(input, evaluation) {
        try {
          return single(compiled.all(input, evaluation));
        } catch (error) {
          throw error instanceof ExpressionError ? new SlotError(error, pointer, part.offset) : error;
        }
      },
    };
  }

  /** Collects the errors of one string; in loose mode there are none, the text stands for itself. */
  private guarded(text: string, pointer: string, compileText: () => Node): Node {
    let node: Node;
    try {
      node = compileText();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      if (!this.loose)
        this.errors.push(error instanceof SlotError ? error : new SlotError(error, pointer, 0));
      return { constant: text };
    }
    const evaluate = node.evaluate;
    return evaluate && this.loose ? { evaluate: orText(evaluate, text) } : node;
  }

  private get loose(): boolean {
    return this.options.mode === "loose";
  }
}

function compilePart(part: SlotPart, pointer: string, variables: readonly string[]): Expression {
  try {
    return compile(part.text, variables);
  } catch (error) {
    throw error instanceof ExpressionError ? new SlotError(error, pointer, part.offset) : error;
  }
}

function single(outputs: readonly Json[]): Json {
  if (outputs.length === 1) return outputs[0]!;
  return outputs.length === 0 ? null : outputs;
}

/** A bound that was hit is not a text that happens to look like jq: it stays an error in loose mode too. */
function orText(evaluate: Evaluate, text: string): Evaluate {
  return (input, evaluation) => {
    try {
      return evaluate(input, evaluation);
    } catch (error) {
      if (error instanceof ExpressionError && error.kind === "evaluation") return text;
      throw error;
    }
  };
}

function interpolation(parts: readonly Node[]): Evaluate {
  return (input, evaluation) => {
    let text = "";
    for (const part of parts) {
      const value = part.evaluate ? part.evaluate(input, evaluation) : part.constant;
      text += typeof value === "string" ? value : toText(value);
    }
    return text;
  };
}

function arrayNode(value: Json, items: readonly Node[]): Node {
  if (items.every((item) => item.evaluate === undefined)) return { constant: value };
  return {
    evaluate: (input, evaluation) =>
      items.map((item) => (item.evaluate ? item.evaluate(input, evaluation) : item.constant)),
  };
}

function objectNode(value: JsonObject, entries: readonly (readonly [string, Node])[]): Node {
  if (entries.every(([, item]) => item.evaluate === undefined)) return { constant: value };
  return {
    evaluate: (input, evaluation) =>
      Object.fromEntries(
        entries.map(([key, item]) => [key, item.evaluate ? item.evaluate(input, evaluation) : item.constant]),
      ),
  };
}

const textHint = `This is one expression; a text is put together like this: "… \\(.a) …"`;

function withHint(error: SlotError, hint: string): SlotError {
  const { message, kind, offset = 0, length = 1, pointer } = error;
  return new SlotError(new ExpressionError(message, { kind, offset, length, hint }), pointer, 0);
}

/** A text that begins with `${` is meant as one, and never jq. */
function notWhole(text: string, pointer: string): SlotError {
  const parts = splitSlotText(text);
  if (!Array.isArray(parts)) return unclosed((parts as { unclosedAt: number }).unclosedAt, pointer);
  const rest = parts.find((part) => part.kind === "text" && part.text.trim() !== "") ?? parts[1]!;
  const message = 'Only one expression can stand here, and nothing behind its "}"';
  const hint = "To put a text together, write '\"… \\(.a) …\"'";
  const options = { kind: "syntax", offset: 0, length: rest.text.length, hint } as const;
  return new SlotError(new ExpressionError(message, options), pointer, rest.offset);
}

function unclosed(offset: number, pointer: string): SlotError {
  const options = { kind: "syntax", offset: 0, length: 2, hint: 'Close it with "}"' } as const;
  return new SlotError(
    new ExpressionError('The expression that "${" opens has no end', options),
    pointer,
    offset,
  );
}

function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
