import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { WorkflowDocument } from "../../src/dsl/types.ts";
import { prepare } from "../../src/workflow/interpreter.ts";

const specDir = process.env.OWS_SPEC_DIR ?? join(import.meta.dir, "../../../shared/spec");
const examples = join(specDir, "examples");

/** What only a later version runs. */
const later = /^ +(?:listen|container|script):|call: (?!http$|openapi$)/m;

describe.skipIf(!existsSync(examples))("the specification's examples", () => {
  const files = existsSync(examples) ? readdirSync(examples).filter((file) => file.endsWith(".yaml")) : [];
  for (const file of files)
    test(file, () => {
      const text = readFileSync(join(examples, file), "utf8");
      const compile = () => prepare(parse(text) as WorkflowDocument);
      if (later.test(text)) expect(compile).toThrow("not supported yet");
      else expect(compile().tasks.size).toBeGreaterThan(1);
    });
});

if (!existsSync(examples))
  console.log("Skipped: set OWS_SPEC_DIR to open-workflow-specification/specification at 4d42471f555a");
