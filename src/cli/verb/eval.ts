import { defineCommand } from "citty";
import { compile, evaluateToText, parseJsonText } from "../../expression/compile.ts";
import { type Evaluation, type Expression, ExpressionError } from "../../expression/expression.ts";
import { wholeExpression } from "../../expression/slot-text.ts";
import { Failure } from "../../failure.ts";
import { caret } from "../caret.ts";
import { defineArgs, type Line, lineOf } from "../command.ts";
import { readInput } from "../input.ts";
import { parseJson } from "../json-text.ts";
import { usageError } from "../usage-error.ts";
import { printableLines } from "../wire.ts";

const args = defineArgs({
  expression: { type: "positional" },
  input: {
    type: "string",
    alias: "i",
    valueHint: "JSON|@FILE|-",
    description: "What . is; default null",
  },
  arg: { type: "string", valueHint: "NAME=JSON", repeat: true, description: "The value of $NAME" },
});

export const evaluate = defineCommand({
  meta: {
    usage: "EXPRESSION",
    description: "Evaluate an expression as a workflow would, without a server",
    details:
      "EXPRESSION is jq, also as it stands in a definition: ${ … }. Prints one JSON result per line; large numbers stay as\n" +
      "they are written. Exits 1 when the evaluation fails, 2 for a syntax error.",
    examples: [
      ["Add two numbers", `pawl eval '.a + .b' --input '{"a": 1, "b": 2}'`],
      ["With a variable", `pawl eval '$user.name' --arg 'user={"name": "Ada"}'`],
      ["Over a file", "pawl eval '.items[] | .id' --input @order.json"],
    ],
  },
  args,
  async run(given) {
    const context = lineOf(given);
    const { printer, args, notices } = context;
    const variables = readVariables(context);
    const expression = compileOrExplain(args.expression, Object.keys(variables));
    const input = (await readInput(args.input)) ?? "null";
    try {
      const evaluation = { variables, nowMs: Date.now() };
      for (const line of evaluateToText(expression, parseJsonText(input), evaluation)) printer.line(line);
      return 0;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      notices.error(`error: ${printableLines(error.message)}`);
      if (error.hint !== undefined) notices.error(`hint: ${error.hint}`);
      return 1;
    }
  },
});

function compileOrExplain(given: string, names: readonly string[]): Expression {
  const { text, offset: shift } = wholeExpression(given) ?? { text: given, offset: 0 };
  try {
    return compile(text, names);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { line, column, picture } = caret(given, shift + (error.offset ?? 0), error.length ?? 1);
    throw new Failure("invalid_argument", `${error.message} at line ${line}, column ${column}\n${picture}`, {
      reason: "expression-syntax",
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
}

function readVariables({ args: { arg } }: Line<typeof args>): Evaluation["variables"] {
  const variables: Record<string, unknown> = Object.create(null);
  for (const given of arg) {
    const equals = given.indexOf("=");
    const name = given.slice(0, Math.max(0, equals)).replace(/^\$/, "");
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw usageError(`"${given}" is not a variable`, "eval", "Write it as --arg name=JSON");
    }
    const text = given.slice(equals + 1);
    parseJson({
      text,
      name: `The value of $${name}`,
      hint: `Quote it for the shell: --arg '${name}="text"'`,
    });
    variables[name] = parseJsonText(text);
  }
  return variables as Evaluation["variables"];
}
