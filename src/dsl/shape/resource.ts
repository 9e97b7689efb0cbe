import { authenticationOrReference } from "./authentication.ts";
import { any, record, text, union } from "./shape.ts";
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

/** dsl-reference.md "Schema". */
export const schema = record(
  { optional: { format: text, document: any, resource: externalResource } },
  { exactlyOne: [["document", "resource"]] },
);
