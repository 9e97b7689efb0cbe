import { standardError, WorkflowFault } from "../../dsl/error.ts";
import type { Authentication } from "../../dsl/types.ts";
import type { Json, JsonObject } from "../../expression/json.ts";
import { leavesOf } from "./traces.ts";

/** The secrets that one workflow may use, as they stand now. */
export class Vault {
  readonly #listed: readonly string[];
  readonly #values: ReadonlyMap<string, Json>;

  /** `listed` is `use.secrets`; `stored` has the text of those that exist. */
  constructor(listed: readonly string[], stored: ReadonlyMap<string, string>) {
    this.#listed = listed;
    this.#values = new Map([...stored].map(([name, text]) => [name, parseSecret(text)]));
  }

  /** All that must not be seen. */
  get hidden(): string[] {
    return [...this.#values.values()].flatMap((value) => leavesOf(value));
  }

  /** The names of the secrets of which something is found in a value. */
  namesOf(found: (leaves: readonly string[]) => boolean): string[] {
    return [...this.#values].filter(([, value]) => found(leavesOf(value))).map(([name]) => name);
  }

  /** `$secrets`: reading one that does not exist faults, whatever surrounds it in the expression. */
  get variable(): JsonObject {
    const secrets = {};
    for (const name of this.#listed) {
      Object.defineProperty(secrets, name, { enumerable: true, get: () => this.get(name) });
    }
    return secrets;
  }

  /** Faults with an authorization error (dsl.md "Secret") when it is not listed, or does not exist. */
  get(name: string): Json {
    if (!this.#listed.includes(name))
      throw refused(`The secret "${name}" may not be used; list it under "use.secrets"`);
    const value = this.#values.get(name);
    if (value === undefined)
      throw refused(`The secret "${name}" does not exist; set it with: pawl secret set ${name}`);
    return value;
  }

  /** An authentication with the credentials of the secret that it names (`use`), of those schemes that are known. */
  credentials(authentication: Authentication): Authentication {
    const { basic, bearer } = authentication;
    if (basic !== undefined && "use" in basic) {
      const [username, password] = ["username", "password"].map((key) => this.#field(basic.use, key));
      return { basic: { username: username!, password: password! } };
    }
    if (bearer !== undefined && "use" in bearer) {
      const value = this.get(bearer.use);
      return { bearer: { token: typeof value === "string" ? value : this.#field(bearer.use, "token") } };
    }
    return authentication;
  }

  #field(name: string, key: string): string {
    const value = this.get(name);
    const field = typeof value === "object" && value !== null ? (value as JsonObject)[key] : undefined;
    if (typeof field === "string" || typeof field === "number") return String(field);
    const detail = `The secret "${name}" has no "${key}"; its value must be a JSON object that has one`;
    throw new WorkflowFault(standardError("authentication", detail));
  }
}

/** Ruling 20: a value that is a JSON object is that object, any other is a string. */
function parseSecret(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}

function refused(detail: string): WorkflowFault {
  return new WorkflowFault(standardError("authorization", detail));
}
