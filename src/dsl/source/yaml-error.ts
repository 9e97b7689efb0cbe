import type { ErrorCode, YAMLError } from "yaml";
import type { Finding } from "./finding.ts";

/** An error of the YAML parser, in our words where we have better ones. */
export function yamlFinding(error: YAMLError): Finding {
  const own = texts[error.code]?.(error.message);
  const message = own?.message ?? `Not valid YAML: ${uncapitalised(error.message)}`;
  const [start, end] = error.pos;
  return { severity: "error", start, end, message, ...(own?.hint === undefined ? {} : { hint: own.hint }) };
}

type Text = (message: string) => { readonly message: string; readonly hint?: string };

const texts: Partial<Record<ErrorCode, Text>> = {
  TAB_AS_INDENT: () => ({
    message: "Not valid YAML: a tab is used for indentation",
    hint: "Indent with spaces",
  }),
  TAG_RESOLVE_FAILED: (message) => ({
    message: `Tag ${quotedTag(message)} is not supported`,
    hint: "Only values that JSON has can stand in a definition",
  }),
  BAD_ALIAS: (message) => ({ message: `Not valid YAML: ${uncapitalised(message)}` }),
  BAD_DIRECTIVE: (message) => ({ message: `Not valid YAML: ${uncapitalised(message)}` }),
  BLOCK_AS_IMPLICIT_KEY: (message) => ({
    message: `Not valid YAML: ${uncapitalised(message)}`,
    hint: 'Put a value that contains ": " in quotes',
  }),
  BAD_SCALAR_START: (message) => ({
    message: `Not valid YAML: ${uncapitalised(message)}`,
    hint: "Put the value in quotes",
  }),
  MULTILINE_IMPLICIT_KEY: () => ({
    message: "Not valid YAML: this is neither a key nor a value",
    hint: 'A key ends with ":"; look at the indentation of this line and the one before',
  }),
};

function quotedTag(message: string): string {
  return JSON.stringify(message.replace(/^Unresolved tag: /, "").replace("tag:yaml.org,2002:", "!!"));
}

function uncapitalised(message: string): string {
  const line = message.split("\n", 1)[0]!.replace(/[.:]$/, "");
  return /^[A-Z][a-z]/.test(line) ? line[0]!.toLowerCase() + line.slice(1) : line;
}
