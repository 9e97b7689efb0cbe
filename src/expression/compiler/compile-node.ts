import type { Node } from "../syntax/ast.ts";
import { parseNumber } from "../value/number-literal.ts";
import { compileAccess, compileIterate, compileSlice } from "./access.ts";
import { compileAssign } from "./assign.ts";
import { compileBind, compileForeach, compileReduce } from "./bind.ts";
import { compileBuiltin } from "./builtin.ts";
import { compileCall, compileDefine } from "./call.ts";
import { type Code, constant, single } from "./code.ts";
import { compileArray, compileObject, compileString } from "./construct.ts";
import { compileBreak, compileComma, compileIf, compileLabel, compilePipe, compileTry } from "./control.ts";
import { compileAlternative, compileBinary, compileLogic, compileNegate } from "./operator.ts";
import type { Scope } from "./scope.ts";
import { compileVariable } from "./variable.ts";

/**
 * Turns a node into closures. `tail` says that nothing remains to be done in the surrounding `def` after this
 * node, so that a call here may be handed back to the caller instead of nesting (see `call.ts`).
 */
export function compileNode(node: Node, scope: Scope, tail = false): Code {
  switch (node.kind) {
    case "identity":
      return identity();
    case "recurse":
      return compileBuiltin("recurse", [], scope)!;
    case "literal":
      return constant(parseNumber(node.text));
    case "string":
      return compileString(node, scope);
    case "format":
      return compileString({ ...node, kind: "string", format: node.name, parts: [IDENTITY] }, scope);
    case "index":
      return compileAccess(node, scope);
    case "slice":
      return compileSlice(node, scope);
    case "iterate":
      return compileIterate(node, scope);
    case "array":
      return compileArray(node, scope);
    case "object":
      return compileObject(node, scope);
    case "negate":
      return compileNegate(node, scope);
    case "pipe":
      return compilePipe(node, scope, tail);
    case "comma":
      return compileComma(node, scope, tail);
    case "binary":
      return compileBinary(node, scope);
    case "logic":
      return compileLogic(node, scope);
    case "alternative":
      return compileAlternative(node, scope);
    case "assign":
      return compileAssign(node, scope);
    case "if":
      return compileIf(node, scope, tail);
    case "try":
      return compileTry(node, scope);
    case "reduce":
      return compileReduce(node, scope);
    case "foreach":
      return compileForeach(node, scope);
    case "define":
      return compileDefine(node, scope, tail);
    case "call":
      return compileCall(node, scope, tail);
    case "variable":
      return compileVariable(node.name, node, scope);
    case "bind":
      return compileBind(node, scope, tail);
    case "label":
      return compileLabel(node, scope);
    case "break":
      return compileBreak(node, scope);
    case "location":
      return constant({ file: "<top-level>", line: node.line });
  }
}

const IDENTITY: Node = { kind: "identity", offset: 0, length: 0 };

export function identity(): Code {
  return single(
    (_env, input) => input,
    () => (_env, path, input, emit) => emit(path, input),
  );
}
