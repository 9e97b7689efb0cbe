import type { SourceFile } from "./tree.ts";

/** A line that opens a function or a method: formatted code closes it with a brace at the same indentation. */
const opening = new RegExp(
  [
    /^(\s*)(?:export )?(?:default )?(?:async )?function\*? ?\w*/,
    /^(\s*)(?:(?:static|private|protected|override|async|get|set) )*[*#]?[\w#]+(?:<[^>]*>)?\(.*\)(?:: .+)? \{$/,
    /^(\s*)(?:export )?const \w+(?:: [^=]+)? = (?:async )?(?:function|\(.*\)(?:: .+)? =>|\w+ =>)/,
  ]
    .map(({ source }) => source)
    .join("|"),
);
const keywords = /^\s*(?:if|for|while|switch|catch|return|else|do|try|with)\b/;

/** Where the functions of a file begin and how many lines they have. */
export function functionLengths(file: SourceFile): { line: number; length: number }[] {
  return file.lines.flatMap((line, at) => {
    const indent = opening
      .exec(line)
      ?.slice(1)
      .find((group) => group !== undefined);
    if (indent === undefined || keywords.test(line) || /[;,]$/.test(line)) return [];
    const end = file.lines.findIndex((other, index) => index > at && closes(other, indent));
    return end < 0 ? [] : [{ line: at + 1, length: end - at + 1 }];
  });
}

function closes(line: string, indent: string): boolean {
  return (
    line.startsWith(`${indent}}`) && !line.startsWith(`${indent}} else`) && !/^\s*\}[^;,)]*\{$/.test(line)
  );
}
