import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One case of jq's own suites. */
export interface JqCase {
  readonly suite: string;
  /** 1-based line of the program. */
  readonly line: number;
  readonly program: string;
  readonly input: string;
  readonly outputs: readonly string[];
  /** The whole message of jq, for a program that must not compile; null for all others. */
  readonly failure: string | null;
  readonly ignoresMessage: boolean;
}

export const JQ_TESTS_DIR = process.env["JQ_TESTS_DIR"] ?? join(import.meta.dir, "../../../shared/jq");

/** What to say when the suites are not there. */
export const WHERE_TO_GET_THEM =
  "jq's test suites are in github.com/jqlang/jq at tag jq-1.8.2 (tests/); set JQ_TESTS_DIR";

/** The cases of `name`.test, or null if the suite is not on this machine. */
export function readSuite(name: string): JqCase[] | null {
  const path = join(JQ_TESTS_DIR, `${name}.test`);
  if (!existsSync(path)) return null;
  const reader = new Reader(readFileSync(path, "utf8").split("\n"));
  const cases: JqCase[] = [];
  for (let next = reader.case(name); next !== null; next = reader.case(name)) cases.push(next);
  return cases;
}

/** Groups of lines: program, input, outputs; or %%FAIL, program, message. Blank and # lines lie between. */
class Reader {
  private at = 0;

  constructor(private readonly lines: readonly string[]) {}

  case(suite: string): JqCase | null {
    while (this.at < this.lines.length && isGap(this.lines[this.at]!)) this.at++;
    if (this.at >= this.lines.length) return null;
    const marker = /^%%FAIL( IGNORE MSG)?$/.exec(this.lines[this.at]!);
    if (marker !== null) this.at++;
    const line = this.at + 1;
    const program = this.lines[this.at++]!;
    const input = marker === null ? this.lines[this.at++]! : "null";
    const rest: string[] = [];
    while (this.at < this.lines.length && !isGap(this.lines[this.at]!)) rest.push(this.lines[this.at++]!);
    const failure = marker === null ? null : rest.join("\n");
    const ignoresMessage = marker?.[1] !== undefined;
    return { suite, line, program, input, outputs: marker === null ? rest : [], failure, ignoresMessage };
  }
}

function isGap(line: string): boolean {
  return /^\s*(?:#.*)?$/.test(line);
}
