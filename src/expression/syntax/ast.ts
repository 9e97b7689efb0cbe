/**
 * The syntax tree of a jq program. Every node knows where it stands (UTF-16 offset and length).
 * `optional` is the `?` behind a look-up: it forgives the look-up itself, not what leads to it.
 */
export type Node = Position &
  (
    | { kind: "identity" }
    | { kind: "recurse" }
    | { kind: "literal"; text: string }
    | { kind: "string"; format: string | null; parts: readonly (string | Node)[] }
    | { kind: "format"; name: string }
    | { kind: "index"; target: Node; index: Node; optional?: true }
    | { kind: "slice"; target: Node; from: Node | null; to: Node | null; optional?: true }
    | { kind: "iterate"; target: Node; optional?: true }
    | { kind: "array"; body: Node | null }
    | { kind: "object"; entries: readonly ObjectEntry[] }
    | { kind: "negate"; operand: Node }
    | { kind: "pipe"; left: Node; right: Node }
    | { kind: "comma"; left: Node; right: Node }
    | { kind: "binary"; operator: BinaryOperator; left: Node; right: Node }
    | { kind: "logic"; operator: "and" | "or"; left: Node; right: Node }
    | { kind: "alternative"; left: Node; right: Node }
    | { kind: "assign"; operator: AssignOperator; left: Node; right: Node }
    | { kind: "if"; condition: Node; then: Node; else: Node | null }
    | { kind: "try"; body: Node; handler: Node | null }
    | { kind: "reduce"; source: Node; patterns: readonly Pattern[]; init: Node; update: Node }
    | {
        kind: "foreach";
        source: Node;
        patterns: readonly Pattern[];
        init: Node;
        update: Node;
        extract: Node | null;
      }
    | { kind: "define"; definition: Definition; body: Node }
    | { kind: "call"; name: string; args: readonly Node[] }
    | { kind: "variable"; name: string }
    | { kind: "bind"; source: Node; patterns: readonly Pattern[]; body: Node }
    | { kind: "label"; name: string; body: Node }
    | { kind: "break"; name: string }
    | { kind: "location"; line: number }
  );

export interface Position {
  readonly offset: number;
  readonly length: number;
}

/** `value` is null for the short forms `{a}`, `{$a}`, `{"a"}`. */
export interface ObjectEntry extends Position {
  readonly key: Node;
  readonly value: Node | null;
}

export interface Definition extends Position {
  readonly name: string;
  /** A `$` before the name marks a parameter taken by value. */
  readonly parameters: readonly string[];
  readonly body: Node;
}

/** A destructuring pattern, as in `. as {a: [$x]}`. */
export type Pattern = Position &
  (
    | { kind: "variable"; name: string }
    | { kind: "array"; elements: readonly Pattern[] }
    | { kind: "object"; entries: readonly PatternEntry[] }
  );

/** `variable` is bound to the whole field (`$a`, `$a: pattern`). */
export interface PatternEntry extends Position {
  readonly key: Node;
  readonly variable: string | null;
  readonly pattern: Pattern | null;
}

export type BinaryOperator = ArithmeticOperator | ComparisonOperator;
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
/** `=`, `|=`, and the ones that carry an operator. */
export type AssignOperator = "=" | "|=" | "+=" | "-=" | "*=" | "/=" | "%=" | "//=";
