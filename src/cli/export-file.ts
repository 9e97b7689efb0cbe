import { Failure } from "../failure.ts";
import type { Workflow } from "../gen/pawl/v1/workflow_pb.ts";
import { printable } from "./wire.ts";
import { formatRef } from "./workflow-ref.ts";

/**
 * What `pawl export` writes and `pawl import` reads, as YAML or JSON. Keys are never added to a version of the format: a
 * reader that does not know one would leave something behind in silence.
 */
export interface ExportFile {
  readonly format: string;
  /** Names alone. */
  readonly secrets: readonly string[];
  readonly workflows: readonly ExportedWorkflow[];
}

export interface ExportedWorkflow {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** Where it came from when it was applied; errors name it. */
  readonly file: string;
  /** Of the file, where the text begins; absent: 1. */
  readonly line?: number;
  /** As it was applied, with its comments. */
  readonly text: string;
}

const format = "pawl-export";
const formatVersion = 1;
const maxWorkflows = 100_000;
/** The server's bound on one export, and on what it is given at once. */
const maxTextBytes = 48 * 2 ** 20;
/** Of a file: indentation comes on top of the texts. */
export const maxExportBytes = 2 * maxTextBytes;

export function toExportFile(workflows: readonly Workflow[], secrets: readonly string[]): ExportFile {
  return {
    format: `${format}/${formatVersion}`,
    secrets,
    workflows: workflows.map(({ namespace, name, version, file, text }) => {
      const own = text.replace(/^\n+/, "");
      const line = text.length - own.length + 1;
      return { namespace, name, version, file, ...(line > 1 && { line }), text: own };
    }),
  };
}

/** The definition as the server that it came from was given it: its lines are those of its file. */
export function sourceOf({ file, line = 1, text }: ExportedWorkflow): { file: string; text: string } {
  return { file, text: "\n".repeat(line - 1) + text };
}

/** Throws `invalid_argument`: what is wrong with the file, and where. */
export async function readExportFile(name: string, bytes: Uint8Array): Promise<ExportFile> {
  const wrong = (message: string, hint?: string) =>
    new Failure("invalid_argument", message, { reason: "export-invalid", ...(hint && { hint }) });
  const found = await parse(name, bytes, wrong);
  const given = isObject(found) ? found["format"] : undefined;
  const version = /^pawl-export\/(\d{1,9})$/.exec(String(given))?.[1];
  if (!isObject(found) || version === undefined) {
    if (typeof given === "string" || typeof given === "number") {
      const message = `${name} has the format "${printable(String(given)).slice(0, 40)}", which is not known`;
      throw wrong(message, `This version of Pawl knows "${format}/${formatVersion}"`);
    }
    throw wrong(`${name} was not made by pawl export`, "Definitions are applied: pawl apply -f PATH");
  }
  if (Number(version) !== formatVersion) {
    const message = `${name} has format ${version} of exports, this version of Pawl knows ${formatVersion}`;
    throw wrong(message, "Import it with the version of Pawl that made it, or a newer one");
  }
  const fault = faultOf(found);
  if (fault !== undefined) throw wrong(`${name} is not a whole export: ${fault}`);
  const file = found as unknown as ExportFile;
  const size = file.workflows.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (size <= maxTextBytes && file.workflows.length <= maxWorkflows) return file;
  const most = `${maxWorkflows} definitions of ${maxTextBytes / 2 ** 20} MiB together`;
  throw wrong(`${name} holds more than ${most}`, "Export one namespace after the other: pawl export -n NAME");
}

async function parse(name: string, bytes: Uint8Array, wrong: (message: string) => Failure): Promise<unknown> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw wrong(`${name} is not valid UTF-8`);
  }
  try {
    if (text.startsWith("{")) return JSON.parse(text);
    const { parseDocument } = await import("yaml");
    const document = parseDocument(text, { prettyErrors: true });
    const [error] = document.errors;
    // Several documents: not what `export` writes, but perhaps what `apply` reads.
    if (error === undefined || error.code === "MULTIPLE_DOCS") return document.toJS({ maxAliasCount: 0 });
    throw error;
  } catch (error) {
    const [message = ""] = (error as Error).message.split("\n");
    throw wrong(`${name} cannot be read: ${message.replace(/:$/, "")}`);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
/** What messages repeat: nothing in it can move the cursor of a terminal. */
const isLine = (value: unknown) => isText(value) && /^[^\p{Cc}\u2028\u2029]{0,4096}$/u.test(value);
const isSecretName = (value: unknown) => isText(value) && /^\w[\w./-]{0,127}$/.test(value);

/** Undefined: it is one. */
function faultOf(found: Readonly<Record<string, unknown>>): string | undefined {
  const { secrets, workflows } = found;
  const unknown = unknownKey(found, ["format", "secrets", "workflows"]);
  if (unknown !== undefined) return `"${unknown}" is not known`;
  if (!Array.isArray(secrets) || !secrets.every(isSecretName)) return '"secrets" is not a list of names';
  if (!Array.isArray(workflows)) return '"workflows" is not a list';
  for (const [index, workflow] of workflows.entries()) {
    const fault = workflowFault(workflow);
    if (fault !== undefined) return `in workflow ${index + 1}, ${fault}`;
  }
  return undefined;
}

function workflowFault(workflow: unknown): string | undefined {
  if (!isObject(workflow)) return "there is no object";
  const texts = ["namespace", "name", "version", "file", "text"];
  const unknown = unknownKey(workflow, [...texts, "line"]);
  if (unknown !== undefined) return `"${unknown}" is not known`;
  const missing = texts.find((key) => !isText(workflow[key]));
  if (missing !== undefined) return `"${missing}" is not a text`;
  const long = texts.find((key) => key !== "text" && !isLine(workflow[key]));
  if (long !== undefined) return `"${long}" is not one line of a text`;
  const { line = 1 } = workflow;
  if (Number.isInteger(line) && Number(line) >= 1 && Number(line) <= maxTextBytes) return undefined;
  return '"line" is not the number of a line';
}

function unknownKey(object: object, known: readonly string[]): string | undefined {
  const found = Object.keys(object).find((key) => !known.includes(key));
  return found === undefined ? undefined : printable(found.slice(0, 100));
}

export const nameOf = (workflow: Pick<ExportedWorkflow, "namespace" | "name" | "version">) =>
  formatRef(workflow);
