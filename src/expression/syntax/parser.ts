import { ExpressionError } from "../expression.ts";
import type { AssignOperator, BinaryOperator, Definition, Node } from "./ast.ts";
import { parsePrologue } from "./module.ts";
import { parsePatterns } from "./pattern.ts";
import { parsePostfixTerm } from "./term.ts";
import { TokenStream } from "./token-stream.ts";

/** Nesting beyond this is refused: the parser and the compiler recurse. */
const MAX_SYNTAX_DEPTH = 400;

/** Parses a whole program. Throws an `ExpressionError` of kind `syntax`. */
export function parse(text: string): Node {
  return new Parser(text).program();
}

/** Recursive descent, loosest first: pipe, comma, `//`, assignment, or, and, comparison, sum, product, term. */
export class Parser {
  readonly tokens: TokenStream;
  private depth = 0;
  private readonly inParentheses = new WeakSet<Node>();

  constructor(text: string) {
    this.tokens = new TokenStream(text);
  }

  program(): Node {
    parsePrologue(this);
    const { tokens } = this;
    if (tokens.atEnd) return this.emptyProgram([]);
    if (!startsQuery(tokens)) throw tokens.unexpected(["end of file"]);
    const definitions: Definition[] = [];
    while (tokens.is("def")) definitions.push(this.definition());
    if (tokens.atEnd) return this.emptyProgram(definitions);
    const body = this.query();
    if (!tokens.atEnd) throw tokens.unexpected(["end of file"]);
    return wrap(definitions, body);
  }

  /** `def … ; query`, `source as pattern | query`, `label $x | query`, `a | b`, `a, b`. */
  query(): Node {
    return this.nested(() => {
      const { tokens } = this;
      const offset = tokens.token.offset;
      if (tokens.is("def")) {
        const definition = this.definition();
        const body = this.query();
        return { kind: "define", definition, body, offset, length: tokens.end - offset };
      }
      if (tokens.is("label")) return this.label();
      let left = this.binding(this.alternative());
      while (tokens.takeIf(",")) {
        if (tokens.is("label")) return this.comma(left, this.label());
        if (tokens.is("def")) return this.comma(left, this.query());
        left = this.comma(left, this.binding(this.alternative()));
      }
      if (!tokens.takeIf("|")) return left;
      const right = this.query();
      return { kind: "pipe", left, right, offset: left.offset, length: tokens.end - left.offset };
    });
  }

  /** An expression without pipe, comma and binding: what stands before `as` and after `key:`. */
  alternative(): Node {
    return this.nested(() => {
      const left = this.assignment();
      if (!this.tokens.takeIf("//")) return left;
      const right = this.alternative();
      return { kind: "alternative", left, right, ...this.span(left) };
    });
  }

  term(): Node {
    const { tokens } = this;
    if (!tokens.is("-")) return parsePostfixTerm(this);
    const { offset } = tokens.take();
    const operand = this.nested(() => this.term());
    return { kind: "negate", operand, offset, length: tokens.end - offset };
  }

  definition(): Definition {
    const { tokens } = this;
    const { offset } = tokens.expect("def");
    const { kind, text: name } = tokens.token;
    if (kind !== "name" && kind !== "keyword") throw tokens.unexpected();
    tokens.take();
    const parameters: string[] = [];
    if (tokens.takeIf("(")) {
      do {
        const token = tokens.token;
        if (!["name", "keyword", "variable"].includes(token.kind)) {
          throw tokens.unexpected(["IDENT", "BINDING"]);
        }
        parameters.push(tokens.take().text);
      } while (tokens.takeIf(";"));
      tokens.expect(")", ";");
    }
    if (!tokens.is(":")) throw tokens.unexpected(parameters.length > 0 ? ["':'"] : ["':'", "'('"]);
    tokens.take();
    const body = this.query();
    tokens.expect(";", "|", ",");
    return { name, parameters, body, offset, length: tokens.end - offset };
  }

  parenthesized(node: Node): Node {
    this.inParentheses.add(node);
    return node;
  }

  isParenthesized(node: Node): boolean {
    return this.inParentheses.has(node);
  }

  span(first: { offset: number }): { offset: number; length: number } {
    return { offset: first.offset, length: this.tokens.end - first.offset };
  }

  nested<T>(parse: () => T): T {
    if (++this.depth > MAX_SYNTAX_DEPTH) {
      const { offset, length } = this.tokens.token;
      throw new ExpressionError("Expression is nested too deeply", { kind: "syntax", offset, length });
    }
    const result = parse();
    this.depth--;
    return result;
  }

  private binding(source: Node): Node {
    const { tokens } = this;
    if (!tokens.takeIf("as")) return source;
    const patterns = parsePatterns(this);
    tokens.expect("|");
    const body = this.query();
    return { kind: "bind", source, patterns, body, ...this.span(source) };
  }

  private label(): Node {
    const { tokens } = this;
    const { offset } = tokens.expect("label");
    if (tokens.token.kind !== "variable") throw tokens.unexpected(["BINDING"]);
    const name = tokens.take().text.slice(1);
    tokens.expect("|");
    const body = this.query();
    return { kind: "label", name, body, offset, length: tokens.end - offset };
  }

  private comma(left: Node, right: Node): Node {
    return { kind: "comma", left, right, ...this.span(left) };
  }

  private assignment(): Node {
    const left = this.binary(0);
    const operator = this.tokens.token.text;
    if (this.tokens.token.kind !== "symbol" || !ASSIGNMENTS.has(operator)) return left;
    this.tokens.take();
    // `.a = .b // .c` is `(.a = .b) // .c`, as in jq.
    const right = this.binary(0);
    if (ASSIGNMENTS.has(this.tokens.token.text)) throw this.tokens.unexpected();
    return { kind: "assign", operator: operator as AssignOperator, left, right, ...this.span(left) };
  }

  /** Operators of at least `level`, by precedence climbing. */
  private binary(level: number): Node {
    let left = this.term();
    for (;;) {
      const operator = this.tokens.token.text;
      const found = LEVELS[operator];
      if (found === undefined || found < level) return left;
      this.tokens.take();
      const right = this.binary(found + 1);
      const place = this.span(left);
      left =
        operator === "and" || operator === "or"
          ? { kind: "logic", operator, left, right, ...place }
          : { kind: "binary", operator: operator as BinaryOperator, left, right, ...place };
      if (found === COMPARISON && LEVELS[this.tokens.token.text] === COMPARISON)
        throw this.tokens.unexpected();
    }
  }

  private emptyProgram(definitions: readonly Definition[]): Node {
    if (definitions.length === 0) return { kind: "identity", offset: 0, length: 0 };
    const { length } = this.tokens.text;
    throw new ExpressionError('Top-level program not given (try ".")', { kind: "syntax", offset: 0, length });
  }
}

const COMPARISON = 2;

/** Comparisons do not associate; all others do to the left. */
const LEVELS: Readonly<Record<string, number | undefined>> = Object.assign(Object.create(null), {
  or: 0,
  and: 1,
  ...Object.fromEntries(["==", "!=", "<", "<=", ">", ">="].map((operator) => [operator, COMPARISON])),
  "+": 3,
  "-": 3,
  "*": 4,
  "/": 4,
  "%": 4,
});

const ASSIGNMENTS: ReadonlySet<string> = new Set(["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="]);

const STARTS: ReadonlySet<string> = new Set(
  ". .. ( [ { - $ if try reduce foreach label def break".split(" "),
);

function startsQuery(tokens: TokenStream): boolean {
  const { kind, text } = tokens.token;
  return kind !== "invalid" && ((kind !== "symbol" && kind !== "keyword") || STARTS.has(text));
}

function wrap(definitions: readonly Definition[], body: Node): Node {
  return definitions.reduceRight<Node>((inner, definition) => {
    const offset = definition.offset;
    return { kind: "define", definition, body: inner, offset, length: inner.offset + inner.length - offset };
  }, body);
}
