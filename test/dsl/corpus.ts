import { parseAllDocuments } from "yaml";
import type { Json } from "../../src/expression/json.ts";
import { readFeature } from "../conformance/gherkin.ts";
import { specFiles } from "../conformance/spec.ts";

export interface Sample {
  readonly name: string;
  readonly text: string;
}

/** The examples of the specification. */
export async function examples(): Promise<Sample[]> {
  return await specFiles("examples/*.yaml");
}

/** The definitions of its Conformance Test Kit. */
export async function kitDefinitions(): Promise<Sample[]> {
  const features = await specFiles("ctk/features/*.feature");
  return features.flatMap(({ name, text }) =>
    readFeature(text).flatMap((scenario) => {
      const given = scenario.steps.find((step) => step.text.startsWith("a workflow with definition"));
      return given?.block === undefined ? [] : [{ name: `${name}: ${scenario.name}`, text: given.block }];
    }),
  );
}

/** The complete definitions among the code blocks of its reference. */
export async function referenceDefinitions(): Promise<Sample[]> {
  const [reference] = await specFiles("dsl-reference.md");
  const blocks = reference?.text.matchAll(/```yaml\n(document:[\s\S]*?)```/g) ?? [];
  return [...blocks].map(([, text], index) => ({ name: `dsl-reference.md block ${index + 1}`, text: text! }));
}

export function asJson({ text }: Sample): Json {
  return parseAllDocuments(text)[0]!.toJS() as Json;
}
