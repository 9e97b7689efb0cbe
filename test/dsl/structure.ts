import Ajv from "ajv/dist/2020";
import { parse } from "yaml";
import { checkShape } from "../../src/dsl/shape/check.ts";
import { workflow } from "../../src/dsl/shape/document.ts";
import { type Finding, Findings } from "../../src/dsl/source/finding.ts";
import { Source } from "../../src/dsl/source/source.ts";
import { readStream } from "../../src/dsl/source/stream.ts";
import { buildTree } from "../../src/dsl/source/tree.ts";
import type { Json } from "../../src/expression/json.ts";
import { specFiles } from "../conformance/spec.ts";

/** What our shapes say against a value: errors of structure only, no warnings, nothing about flow or expressions. */
export function structuralErrors(value: Json): Finding[] {
  const text = JSON.stringify(value);
  const findings = new Findings(new Source("value.json", text));
  const stream = readStream(text);
  if (stream.refusal !== undefined) throw new Error(stream.refusal.message);
  const tree = buildTree(stream.documents[0]?.contents, findings);
  if (tree !== undefined) checkShape(workflow, tree.value, tree.place, findings);
  return findings.list.filter((finding) => finding.severity === "error");
}

/** The specification's own schema. Formats are not asserted, as JSON Schema has it by default. */
export async function specificationSchema(): Promise<(value: Json) => boolean> {
  const [file] = await specFiles("schema/workflow.yaml");
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile(parse(file!.text));
  return (value) => validate(value) as boolean;
}
