import { expect, test } from "bun:test";
import { compileRegex } from "../../src/expression/regex/regex.ts";
import { fromEcmaPattern } from "../../src/workflow/ecma-pattern.ts";

const patterns = [
  "^[a-z0-9]+(?:-[a-z0-9]+)*$",
  "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$",
  "^\\d{4}-\\d{2}-\\d{2}$",
  "^(?<y>\\d{2})\\k<y>$",
  "^(a|b)\\1$",
  "\\bcat\\b",
  "\\Bat",
  "^\\S+$",
  "^\\s*$",
  "^[\\s\\S]$",
  "^[\\w.-]+$",
  "^[^\\w]+$",
  "^[\\D\\-]+$",
  "^[[&&\\]]+$",
  "^[\\b]$",
  "^.$",
  "^.*$",
  "^[^]$",
  "[]",
  "a$",
  "^\\u00e9$",
  "^\\u{1F600}$",
  "^\\ud83d\\ude00$",
  "^[\\u{1F600}-\\u{1F64F}]$",
  "^\\x41\\/[\\-]$",
  "^\\p{L}+$",
  "^\\p{Script=Greek}+$",
  "^\\P{Lu}+$",
  "^[\\p{L}\\d]+$",
  "^(?:(?!foo).)*$",
  "(?<=a)b",
  "(?<!a)b",
  "^\\$\\^\\.\\*\\[\\]\\{\\}$",
  "^\\t\\n\\v\\f\\r$",
  "^\\cA$",
  "^\\0$",
  "^a{2,3}?b{2}c{1,}$",
  "",
  "^(?:(a+)+c|a+b)$",
];

const texts = [
  ..."a b é É α 😀 \n \r \u2028 \u0085 \ufeff \u00a0 ٣ [ & ] \b \0 \x01 _ - $".split(" "),
  ...[
    "",
    " ",
    "ab-cd",
    "ab--cd",
    "x@y.zz",
    "x@y",
    "2024-01-31",
    "1212",
    "aa",
    "ab",
    "cat",
    "a cat.",
    "écaté",
  ],
  ...["bat", "at", "a\n", "a\nb", "A/-", "αβγ", "foo bar", "ba foo", "cb", "$^.*[]{}", "\t\n\v\f\r", "aabbc"],
  ...["aaabbccc", "[&]", "a.b-c_d", "٣٤", "Ab1", "ünï1", "\ud800", `${"a".repeat(12)}b`],
];

test.each(patterns.map((pattern) => [pattern]))("%s matches as in ECMA-262", (pattern) => {
  const host = new RegExp(pattern, "u");
  const ours = compileRegex(fromEcmaPattern(pattern), "");
  const verdicts = (matches: (text: string) => boolean) => texts.filter((text) => matches(text));
  expect(verdicts((text) => ours.test(text, () => {}))).toEqual(verdicts((text) => host.test(text)));
});
