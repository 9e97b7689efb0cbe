import { ExpressionError } from "../expression.ts";
import type { Node } from "./ast.ts";
import type { Parser } from "./parser.ts";
import { parsePostfixTerm, parseString } from "./term.ts";

/** `module {…};` is accepted and ignored. Imports are read only to refuse them with a proper message. */
export function parsePrologue(parser: Parser): void {
  const { tokens } = parser;
  if (tokens.is("module")) {
    tokens.take();
    requireMetadata(parsePostfixTerm(parser));
    tokens.expect(";");
  }
  if (!tokens.is("import") && !tokens.is("include")) return;
  const { text } = tokens.take();
  if (tokens.token.kind !== "quote") throw tokens.unexpected(["QQSTRING_START"]);
  const path = parseString(parser, null);
  if (path.kind !== "string" || path.parts.some((part) => typeof part !== "string")) {
    throw fail("Import path must be constant", path);
  }
  if (text === "import") {
    tokens.expect("as");
    tokens.take();
  }
  if (!tokens.is(";")) requireMetadata(parsePostfixTerm(parser));
  tokens.expect(";");
  throw fail(
    `module not found: ${path.parts.join("")}`,
    path,
    "There are no modules here; define it with def",
  );
}

function requireMetadata(node: Node): void {
  if (!isConstant(node)) throw fail("Module metadata must be constant", node);
  if (node.kind !== "object") throw fail("Module metadata must be an object", node);
}

function isConstant(node: Node): boolean {
  if (node.kind === "literal") return true;
  if (node.kind === "string") return node.parts.every((part) => typeof part === "string");
  if (node.kind === "call") return ["true", "false", "null"].includes(node.name);
  if (node.kind === "array") return node.body === null || isConstant(node.body);
  if (node.kind === "comma") return isConstant(node.left) && isConstant(node.right);
  if (node.kind !== "object") return false;
  return node.entries.every(({ key, value }) => isConstant(key) && value !== null && isConstant(value));
}

function fail(message: string, { offset, length }: Node, hint?: string): ExpressionError {
  return new ExpressionError(message, {
    kind: "syntax",
    offset,
    length,
    ...(hint !== undefined && { hint }),
  });
}
