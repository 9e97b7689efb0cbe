import { choice, list, record, type Shape, text } from "./shape.ts";
import { nonEmpty, uriReference, uriTemplate } from "./text.ts";

/** Credentials written down, or the name of a secret that holds them (`use`). */
const password = record(
  { optional: { username: text, password: text, use: nonEmpty } },
  {
    exactlyOne: [
      ["username", "use"],
      ["password", "use"],
    ],
  },
);
const bearer = record({ optional: { token: text, use: nonEmpty } }, { exactlyOne: [["token", "use"]] });

/** dsl-reference.md "OAUTH2 Token". */
const token = record({ required: { token: text, type: text } });

const client = record({
  optional: {
    id: text,
    secret: text,
    assertion: text,
    authentication: choice(
      "client_secret_basic",
      "client_secret_post",
      "client_secret_jwt",
      "private_key_jwt",
      "none",
    ),
  },
});

const openIdConnectKeys = {
  use: nonEmpty,
  authority: uriTemplate,
  grant: choice(
    "authorization_code",
    "client_credentials",
    "password",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:token-exchange",
  ),
  client,
  request: record(
    { optional: { encoding: choice("application/x-www-form-urlencoded", "application/json") } },
    { others: "open" },
  ),
  issuers: list(text),
  scopes: list(text),
  audiences: list(text),
  username: text,
  password: text,
  subject: token,
  actor: token,
};
const grantOrSecret = {
  exactlyOne: [
    ["authority", "use"],
    ["grant", "use"],
  ],
};

const oauth2 = record(
  {
    optional: {
      ...openIdConnectKeys,
      endpoints: record(
        { optional: { token: uriReference, revocation: uriReference, introspection: uriReference } },
        { others: "open" },
      ),
    },
  },
  grantOrSecret,
);

const schemes = {
  basic: password,
  bearer,
  digest: password,
  oauth2,
  oidc: record({ optional: openIdConnectKeys }, grantOrSecret),
};
const schemeNames = Object.keys(schemes);

/** dsl-reference.md "Authentication": one scheme, under `use.authentications`. */
export const authentication: Shape = record(
  { optional: schemes },
  { others: "open", exactlyOne: [schemeNames] },
);

/** The same, or the name of one under `use.authentications`. */
export const authenticationOrReference: Shape = record(
  { optional: { ...schemes, use: nonEmpty } },
  { exactlyOne: [[...schemeNames, "use"]] },
);
