import { CONTINUE, constant, multiple, single } from "../compiler/code.ts";
import { compileVariable } from "../compiler/variable.ts";
import { ExpressionError } from "../expression.ts";
import { excerpt, Raised, raiseAbout } from "../raised.ts";
import { asString, formatNamed } from "../value/format.ts";
import { parseJson } from "../value/json-parser.ts";
import { toText } from "../value/text.ts";
import { isTruthy, toDouble, typeOf } from "../value/value.ts";
import { type Builtin, type Builtins, binary, unary } from "./builtin.ts";
import { PRELUDE_NAMES } from "./prelude.ts";
import { BUILTINS } from "./registry.ts";

/** Constants, types, errors, and what concerns the outside world: there is none. */
export const CORE: Builtins = {
  "null/0": () => constant(null),
  "true/0": () => constant(true),
  "false/0": () => constant(false),
  "not/0": unary((input) => !isTruthy(input)),
  "type/0": unary((input) => typeOf(input)),
  "empty/0": () =>
    multiple(
      () => CONTINUE,
      () => () => CONTINUE,
    ),
  "error/0": unary((input) => {
    throw new Raised(input);
  }),
  "error/1": binary((_input, message) => {
    throw new Raised(message);
  }),

  "tojson/0": unary((input, run) => toText(input, run)),
  "fromjson/0": unary((input, run) =>
    typeof input === "string" ? parseJson(input, run) : raiseAbout("", input, " only strings can be parsed"),
  ),
  "tostring/0": unary(asString),
  "format/1": binary((input, name, run) =>
    typeof name === "string" ? formatNamed(name)(input, run) : raiseAbout("", name, " is not a valid format"),
  ),

  "now/0": unary((_input, run) => run.nowMs / 1000),
  "builtins/0": unary(() =>
    [...BUILTINS.keys(), ...PRELUDE_NAMES].filter((name) => !name.startsWith("_") && !CONSTANTS.has(name)),
  ),
  "env/0": (_args, scope) => compileVariable("ENV", { offset: 0, length: 0 }, scope),
  "have_decnum/0": () => constant(true),
  "have_literal_numbers/0": () => constant(true),
  "input/0": unary(() => {
    throw new Raised("break");
  }),
  "inputs/0": () => multiple(() => CONTINUE),
  "input_filename/0": () => constant(null),
  "input_line_number/0": () => constant(0),
  "debug/0": same(),
  "stderr/0": same(),
  "debug/1": ([message]) => {
    const { each } = message!;
    return multiple(
      (env, input, emit) => each(env, input, () => CONTINUE) || emit(input),
      () => (env, path, input, emit) => each(env, input, () => CONTINUE) || emit(path, input),
    );
  },
  "halt/0": unary(() => halted("halt ends jq itself; here it can only end the expression")),
  "halt_error/0": unary((input) => halted(excerpt(input))),
  "halt_error/1": binary((input, code) =>
    toDouble(code) === undefined
      ? raiseAbout("", input, " halt_error/1: number required")
      : halted(excerpt(input)),
  ),
};

/** Written like builtins, but part of the language. */
const CONSTANTS: ReadonlySet<string> = new Set(["null/0", "true/0", "false/0"]);

function same(): Builtin {
  return () =>
    single(
      (_env, input) => input,
      () => (_env, path, input, emit) => emit(path, input),
    );
}

/** Not a `Raised`: no `try` holds it. */
function halted(message: string): never {
  throw new ExpressionError(message, { kind: "evaluation" });
}
