import { type Schema, type SchemaDraft, Validator } from "@cfworker/json-schema";
import { standardError, WorkflowFault } from "../dsl/error.ts";
import type { SchemaSpec } from "../dsl/types.ts";
import type { Json } from "../expression/json.ts";
import { hasPatternProperties, namesIn, TooManyNames, withPatternProperties } from "./pattern-properties.ts";
import { type ResourceSlot, resourceSlot } from "./resource.ts";
import {
  countedMatch,
  countingPatterns,
  PatternLimit,
  patternError,
  withCountedPatterns,
} from "./schema-pattern.ts";
import type { Site, Stage } from "./site.ts";
import { uniquenessOf, withoutUniqueItems } from "./unique-items.ts";

/** A schema of the definition: written inline, or to be fetched first. */
export interface SchemaCheck {
  readonly label: string;
  readonly document?: Json;
  readonly resource?: ResourceSlot;
}

export function schemaCheck(spec: SchemaSpec, path: string, site: Site, stage: Stage): SchemaCheck {
  const format = spec.format ?? "json";
  if (format !== "json" && !format.startsWith("json:"))
    throw site.invalid(`${path}/format`, `Unknown schema format "${format}"`, 'Use "json"');
  const label = site.pointer + path;
  if (spec.document !== undefined) return { label, document: spec.document };
  if (spec.resource === undefined) throw site.invalid(path, "A schema needs a document or a resource");
  return { label, resource: resourceSlot(spec.resource, `${path}/resource`, site, stage) };
}

/**
 * Checks a value; faults with a validation error (dsl.md "Data Flow") that says what does not fit, and where.
 */
export function validate(schema: Json, value: Json, label: string, instance: string): void {
  let result: ReturnType<Validator["validate"]>;
  try {
    result = countingPatterns(() =>
      validatorFor(withOwnNames(schema, value), value, label, instance).validate(value),
    );
  } catch (error) {
    if (error instanceof WorkflowFault) throw error;
    if (error instanceof PatternLimit || error instanceof TooManyNames)
      throw new WorkflowFault(standardError("validation", `${label}: ${error.message}`, { instance }));
    const detail = `${label}: the schema cannot be used: ${reasonOf(error as Error)}`;
    throw new WorkflowFault(standardError("configuration", detail, { instance }));
  }
  if (result.valid) return;
  const cause = result.errors.at(-1);
  const where = cause && cause.instanceLocation !== "#" ? `${cause.instanceLocation.slice(1)}: ` : "";
  const detail = `${label}: ${where}${cause ? patternError(cause.error) : "The value does not match"}`;
  throw new WorkflowFault(standardError("validation", detail, { instance }));
}

/** Schemas that have no `patternProperties`, which are most of them. */
const withoutPatterns = new WeakSet<object>();

/** The schema as it is for this value: see `pattern-properties.ts`. */
function withOwnNames(schema: Json, value: Json): Json {
  if (typeof schema !== "object" || schema === null || withoutPatterns.has(schema)) return schema;
  if (hasPatternProperties(schema)) {
    return withPatternProperties(schema, namesIn(value), (pattern, name) => {
      return countedMatch(pattern, name) ?? new RegExp(pattern, "u").test(name);
    });
  }
  withoutPatterns.add(schema);
  return schema;
}

/** More comparisons would keep everything else waiting. */
const mostComparisons = 10_000_000;

/** The validator for this value: see `unique-items.ts`. */
function validatorFor(schema: Json, value: Json, label: string, instance: string): Validator {
  const made = validatorOf(schema);
  if (!made.comparesItems) return made.validator;
  const uniqueness = uniquenessOf(value);
  if (uniqueness === undefined) return made.validator;
  if (!uniqueness.repeats) {
    made.withoutComparing ??= validatorOf(withoutUniqueItems(schema)).validator;
    return made.withoutComparing;
  }
  if (uniqueness.comparisons <= mostComparisons) return made.validator;
  const detail = `${label}: a list has an item twice, and the lists are too long for "uniqueItems" to tell where`;
  throw new WorkflowFault(standardError("validation", detail, { instance }));
}

/** The validator lists every schema that it knows, its own included. */
function reasonOf({ message }: Error): string {
  const reference = /^Unresolved \$ref "([^"]*)"/.exec(message)?.[1];
  return reference === undefined
    ? message
    : `"$ref: ${reference}" leads nowhere: a schema can refer to its own parts only`;
}

const drafts: readonly [RegExp, SchemaDraft][] = [
  [/draft-04/, "4"],
  [/draft-0[67]/, "7"],
  [/2019-09/, "2019-09"],
];

interface Compiled {
  readonly validator: Validator;
  readonly comparesItems: boolean;
  withoutComparing?: Validator;
}

/** Compiled schemas; the key is the document as it stands in a program or a state. */
const validators = new WeakMap<object, Compiled>();

function validatorOf(schema: Json): Compiled {
  if (typeof schema === "boolean")
    return { validator: new Validator(schema ? {} : { not: {} }, "2020-12"), comparesItems: false };
  if (schema === null || typeof schema !== "object" || Array.isArray(schema))
    throw new TypeError("it is not an object");
  const known = validators.get(schema);
  if (known) return known;
  const dialect = (schema as Schema).$schema ?? "";
  const draft = drafts.find(([pattern]) => pattern.test(dialect))?.[1] ?? "2020-12";
  // A copy, because the validator notes base URIs in the schema's own objects.
  const copy = JSON.parse(JSON.stringify(withCountedPatterns(schema))) as Schema;
  const validator = new Validator(copy, draft);
  const made = { validator, comparesItems: withoutUniqueItems(schema) !== schema };
  validators.set(schema, made);
  return made;
}
