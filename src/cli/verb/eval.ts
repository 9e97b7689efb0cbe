import { compile, evaluateToText, parseJsonText } from "../../expression/compile.ts";
import { type Evaluation, type Expression, ExpressionError } from "../../expression/expression.ts";
import { wholeExpression } from "../../expression/slot-text.ts";
import { Failure } from "../../failure.ts";
import { caret } from "../caret.ts";
import type { Command, Context } from "../command.ts";
import { readInput } from "../input.ts";
import { parseJson } from "../json-text.ts";
import { usageError } from "../usage-error.ts";

export const evaluate: Command = {
  usage: "EXPRESSION",
  summary: "Evaluate an expression as a workflow would, without a server",
  details:
    "EXPRESSION is jq, also as it stands in a definition: ${ … }. Prints one JSON result per line; large numbers stay as\n" +
    "they are written. Exits 1 when the evaluation fails, 2 for a syntax error.",
  examples: [
    ["Add two numbers", `pawl eval '.a + .b' --input '{"a": 1, "b": 2}'`],
    ["With a variable", `pawl eval '$user.name' --arg 'user={"name": "Ada"}'`],
    ["Over a file", "pawl eval '.items[] | .id' --input @order.json"],
  ],
  flags: [
    { name: "input", short: "i", value: "JSON|@FILE|-", summary: "What . is; default null" },
    { name: "arg", value: "NAME=JSON", repeat: true, summary: "The value of $NAME" },
  ],
  arguments: { min: 1, max: 1 },
  async run(context) {
    const { printer, flags, notices } = context;
    const variables = readVariables(context);
    const expression = compileOrExplain(context.arguments[0]!, Object.keys(variables));
    const input = (await readInput(flags.text("input"))) ?? "null";
    try {
      const evaluation = { variables, nowMs: Date.now() };
      for (const line of evaluateToText(expression, parseJsonText(input), evaluation)) printer.line(line);
      return 0;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      notices.error(`error: ${error.message}`);
      if (error.hint !== undefined) notices.error(`hint: ${error.hint}`);
      return 1;
    }
  },
};

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

function readVariables({ flags }: Context): Evaluation["variables"] {
  const variables: Record<string, unknown> = Object.create(null);
  for (const given of flags.texts("arg")) {
    const equals = given.indexOf("=");
    const name = given.slice(0, Math.max(0, equals)).replace(/^\$/, "");
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw usageError(`"${given}" is not a variable`, "eval", "Write it as --arg name=JSON");
    }
    const text = given.slice(equals + 1);
    parseJson(text, `The value of $${name}`);
    variables[name] = parseJsonText(text);
  }
  return variables as Evaluation["variables"];
}
