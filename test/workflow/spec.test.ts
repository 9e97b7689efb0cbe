import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { WorkflowDocument } from "../../src/dsl/types.ts";
import { Failure } from "../../src/failure.ts";
import { prepare } from "../../src/workflow/interpreter.ts";

const specDir = process.env.OWS_SPEC_DIR ?? join(import.meta.dir, "../../../shared/spec");
const examples = join(specDir, "examples");

/** Examples that use what only a later version runs. */
const later =
  /asyncapi|grpc|mcp|cataloged|custom-function|listen|container|script|return-(?:all|code|none|stderr)|secret|accumulate/;

describe.skipIf(!existsSync(examples))("the specification's examples", () => {
  const files = existsSync(examples) ? readdirSync(examples).filter((file) => file.endsWith(".yaml")) : [];
  for (const file of files)
    test(file, () => {
      const document = parse(readFileSync(join(examples, file), "utf8")) as WorkflowDocument;
      if (!later.test(file)) prepare(document);
      else
        try {
          prepare(document);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          expect((error as Failure).code).toBe("unimplemented");
        }
    });
});

if (!existsSync(examples))
  console.log("Skipped: set OWS_SPEC_DIR to open-workflow-specification/specification at 4d42471f555a");
