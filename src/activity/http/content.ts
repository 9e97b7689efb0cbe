import type { Json } from "../../expression/json.ts";
import type { HttpAnswer } from "./exchange.ts";
import { malformed } from "./fault.ts";
import type { PreparedRequest } from "./prepare.ts";

/**
 * The content of an answer by its content type: JSON as the value, text as a string, anything else in base64; null when
 * empty (dsl-reference.md "HTTP Response"). Without a content type: JSON if it is an object or array, else text if it is UTF-8.
 */
export function decodeContent(answer: HttpAnswer, request: PreparedRequest): Json {
  if (answer.body.length === 0) return null;
  const [type = "", ...parameters] = answer.contentType.split(";").map((part) => part.trim().toLowerCase());
  if (isJson(type)) return parseJson(answer.body, request);
  if (isText(type)) return decodeText(answer.body, parameters);
  return type === "" ? guess(answer.body) : answer.body.toBase64();
}

function isJson(type: string): boolean {
  return /^(application|text)\/(json|x-json)$/.test(type) || type.endsWith("+json");
}

function isText(type: string): boolean {
  const named =
    /^application\/(xml|yaml|x-yaml|javascript|x-www-form-urlencoded|x-ndjson|jsonl|graphql|toml|sql)$/;
  return type.startsWith("text/") || named.test(type) || /\+(xml|yaml)$/.test(type);
}

function parseJson(body: Uint8Array, request: PreparedRequest): Json {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw malformed(request, "JSON");
  }
}

function decodeText(body: Uint8Array, parameters: readonly string[]): string {
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  try {
    return new TextDecoder((charset ?? "utf-8").replaceAll('"', "") as Bun.Encoding).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function guess(body: Uint8Array): Json {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return body.toBase64();
  }
  try {
    const value: Json = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : text;
  } catch {
    return text;
  }
}
