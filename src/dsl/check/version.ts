import type { JsonObject } from "../../expression/json.ts";
import { asObject, type Context, keySpan, type Placed, valueSpan } from "./context.ts";

const supported = "1.0.0 to 1.0.3";
const latestPatch = 3;

/** Whether this is a definition of the format before 1.0, which has other keys throughout. */
export function isOldFormat(document: JsonObject): boolean {
  if (document["document"] === undefined) return "specVersion" in document || "states" in document;
  const dsl = asObject(document["document"])["dsl"];
  return /^0\./.test(String(dsl));
}

export function reportOldFormat(context: Placed): void {
  const pointer = ["/document/dsl", "/specVersion", "/states"].find(
    (at) => keySpan(context, at) !== context.place,
  );
  const message = "This is a definition of the old format, Serverless Workflow 0.x";
  const hint = `Rewrite it for the DSL ${supported}: tasks under "do" in place of states`;
  context.findings.error(keySpan(context, pointer ?? ""), message, hint);
}

/** Rulings 12 and 12a: newer minors and alphas are read with a warning. */
export function checkVersion(context: Context): void {
  const dsl = asObject(context.document["document"])["dsl"];
  const parts = typeof dsl === "string" ? /^(\d+)\.(\d+)\.(\d+)(-[\w.-]+)?/.exec(dsl) : null;
  if (parts === null) return;
  const [, major, minor, patch, prerelease] = parts;
  const span = valueSpan(context, "/document/dsl");
  if (major !== "1") {
    const message = `DSL version "${dsl}" is not supported`;
    context.findings.error(span, message, `Supported are ${supported}`);
  } else if (prerelease !== undefined) {
    context.findings.warning(span, `DSL version "${dsl}" is a preview, read as 1.0.${latestPatch}`);
  } else if (minor !== "0" || Number(patch) > latestPatch) {
    const message = `DSL version "${dsl}" is newer than 1.0.${latestPatch}: what it adds is not known here`;
    context.findings.warning(span, message);
  }
}
