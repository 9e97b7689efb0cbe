import { authenticationOrReference } from "./authentication.ts";
import { jsonSchemaOrTruth } from "./json-schema.ts";
import { any, record, type Select, type Shape, text, union } from "./shape.ts";
import { uriTemplate } from "./text.ts";

/** dsl-reference.md "Endpoint". */
export const endpoint = union({
  text: uriTemplate,
  object: record({ required: { uri: uriTemplate }, optional: { authentication: authenticationOrReference } }),
});

/** dsl-reference.md "External Resource". */
export const externalResource = record({ required: { endpoint }, optional: { name: text } });

/** dsl-reference.md "Catalog". */
export const catalog = record({ required: { endpoint } });

/** dsl-reference.md "Schema". What is in another format than JSON Schema is not looked into. */
export const schema: Select = {
  form: "select",
  by: ({ format = "json" }) =>
    typeof format === "string" && !/^json(:|$)/i.test(format) ? otherSchema : jsonFormat,
};

const schemaOf = (document: Shape) =>
  record(
    { optional: { format: text, document, resource: externalResource } },
    { exactlyOne: [["document", "resource"]] },
  );
const jsonFormat = schemaOf(jsonSchemaOrTruth);
const otherSchema = schemaOf(any);
