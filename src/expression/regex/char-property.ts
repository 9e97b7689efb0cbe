import type { Contains } from "./char-set.ts";
import { categories, scripts } from "./unicode-names.ts";

/** The predicate of a property name as in `\p{…}`; case, blanks, `-` and `_` do not count. Undefined if unknown. */
export function propertyByName(name: string): Contains | undefined {
  const key = name.toLowerCase().replaceAll(/[ _-]/g, "");
  if (Object.hasOwn(posix, key)) return posix[key as keyof typeof posix];
  const known = cache.get(key);
  if (known) return known;
  const found = unicodeProperty(key);
  if (found) cache.set(key, found);
  return found;
}

/** The predicate of a POSIX bracket such as `[:alpha:]`. Undefined if there is none of that name. */
export function posixBracket(name: string): Contains | undefined {
  if (name === "punct") return posix.posixpunct;
  return posixNames.includes(name) ? posix[name as keyof typeof posix] : undefined;
}

/** There are only so many names, so this is bounded. */
const cache = new Map<string, Contains>();

const posixNames = [
  ...[
    "alnum",
    "alpha",
    "ascii",
    "blank",
    "cntrl",
    "digit",
    "graph",
    "lower",
    "print",
    "punct",
    "space",
    "upper",
  ],
  ...["xdigit", "word"],
];

/** Asks the host's tables about one codepoint at a time; a class of one codepoint is never ambiguous. */
function unicode(source: string): Contains {
  const pattern = new RegExp(`^[${source}]$`, "u");
  return (code) => code <= 0x10ffff && pattern.test(String.fromCodePoint(code));
}

export const isWord = asciiFirst(unicode("\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"), /\w/);
export const isDigit = asciiFirst(unicode("\\p{Nd}"), /\d/);
export const isSpace = asciiFirst(unicode("\\p{White_Space}"), /[\t-\r ]/);

const posix = {
  alnum: unicode("\\p{Alphabetic}\\p{Nd}"),
  alpha: unicode("\\p{Alphabetic}"),
  ascii: (code: number) => code < 128,
  blank: unicode("\\p{Zs}\\t"),
  cntrl: unicode("\\p{Cc}"),
  digit: isDigit,
  graph: unicode("^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}"),
  lower: unicode("\\p{Lowercase}"),
  print: unicode("^\\p{Cc}\\p{Cn}\\p{Cs}\\p{Zl}\\p{Zp}"),
  punct: unicode("\\p{P}"),
  space: isSpace,
  upper: unicode("\\p{Uppercase}"),
  xdigit: (code: number) => code < 128 && /[0-9A-Fa-f]/.test(String.fromCharCode(code)),
  word: isWord,
  posixpunct: unicode("\\p{P}$+<=>^`|~"),
};

function asciiFirst(beyond: Contains, ascii: RegExp): Contains {
  const table = Array.from({ length: 128 }, (_, code) => ascii.test(String.fromCharCode(code)));
  return (code) => (code < 128 ? table[code]! : beyond(code));
}

function unicodeProperty(key: string): Contains | undefined {
  const category = categories.get(key);
  if (category) return unicode(`\\p{${category}}`);
  const script = scripts.get(key);
  if (script) return unicode(`\\p{Script=${script}}`);
  return binaryProperties.has(key) ? unicode(`\\p{${binaryProperties.get(key)!}}`) : undefined;
}

const binaryProperties = new Map(
  [
    ...[
      "Any",
      "Assigned",
      "ASCII_Hex_Digit",
      "Alphabetic",
      "Bidi_Control",
      "Bidi_Mirrored",
      "Case_Ignorable",
    ],
    ...["Cased", "Changes_When_Casefolded", "Changes_When_Casemapped", "Changes_When_Lowercased"],
    ...[
      "Changes_When_Titlecased",
      "Changes_When_Uppercased",
      "Dash",
      "Default_Ignorable_Code_Point",
      "Deprecated",
    ],
    ...[
      "Diacritic",
      "Emoji",
      "Emoji_Component",
      "Emoji_Modifier",
      "Emoji_Modifier_Base",
      "Emoji_Presentation",
    ],
    ...["Extended_Pictographic", "Extender", "Grapheme_Base", "Grapheme_Extend", "Hex_Digit", "ID_Continue"],
    ...["ID_Start", "IDS_Binary_Operator", "IDS_Trinary_Operator", "Ideographic", "Join_Control"],
    ...["Logical_Order_Exception", "Lowercase", "Math", "Noncharacter_Code_Point", "Pattern_Syntax"],
    ...["Pattern_White_Space", "Quotation_Mark", "Radical", "Regional_Indicator", "Sentence_Terminal"],
    ...["Soft_Dotted", "Terminal_Punctuation", "Unified_Ideograph", "Uppercase", "Variation_Selector"],
    ...["White_Space", "XID_Continue", "XID_Start"],
  ].map((name) => [name.toLowerCase().replaceAll("_", ""), name] as const),
);
for (const [short, name] of [
  ["ids", "ID_Start"],
  ["idc", "ID_Continue"],
  ["xids", "XID_Start"],
] as const)
  binaryProperties.set(short, name);
