import { describe, expect, test } from "bun:test";
import {
  gmtime,
  localtime,
  mktime,
  strflocaltime,
  strftime,
  strptime,
} from "../../src/expression/date/date.ts";
import { ExpressionError } from "../../src/expression/expression.ts";
import type { Json } from "../../src/expression/json.ts";
import { Oracle } from "./jq-wasm.ts";

describe("gmtime and mktime", () => {
  const instants = [
    [0, [1970, 0, 1, 0, 0, 0, 4, 0]],
    [1425599507, [2015, 2, 5, 23, 51, 47, 4, 63]],
    [951782400, [2000, 1, 29, 0, 0, 0, 2, 59]],
    [-2203891201, [1900, 1, 28, 23, 59, 59, 3, 58]],
    [1e12, [33658, 8, 27, 1, 46, 40, 5, 269]],
    [-62135596800, [1, 0, 1, 0, 0, 0, 1, 0]],
  ] as const;

  for (const [seconds, fields] of instants) {
    test(`${seconds} seconds and back`, () => {
      expect(gmtime(seconds)).toEqual([...fields]);
      expect(localtime(seconds)).toEqual([...fields]);
      expect(mktime(fields)).toBe(seconds);
    });
  }

  test("A fraction stays with the seconds, as jq adds it", () => {
    expect(gmtime(1425599507.25)[5]).toBe(47.25);
    expect(gmtime(-1.5)).toEqual([1969, 11, 31, 23, 59, 59.5, 3, 364]);
  });

  test("Fields may be missing, out of range, or have fractions", () => {
    expect(mktime([2024, 8, 21])).toBe(1726876800);
    expect(mktime([2024, 13, 40, 25, 61, 61])).toBe(1741831321);
    expect(mktime([2024.9, 1.9, 10.9, 1.5])).toBe(1707526800);
    expect(mktime([])).toBe(-2209075200);
    expect(gmtime(mktime([3.1, 0, 1]))[0]).toBe(4);
  });

  test("Every day of four centuries goes there and back", () => {
    for (let day = -200_000; day < -200_000 + 146_097; day += 1) {
      if (mktime(gmtime(day * 86_400)) !== day * 86_400) throw new Error(`Day ${day} does not come back`);
    }
  });
});

describe("strftime", () => {
  const formats: [Json, string, string][] = [
    [
      0,
      "%a %A %b %B %C %d %D %e %F %g %G %h",
      "Thu Thursday Jan January 19 01 01/01/70  1 1970-01-01 70 1970 Jan",
    ],
    [0, "%H %I %j %k %l %m %M %p %P %r %R %s %S", "00 12 001  0 12 01 00 AM am 12:00:00 AM 00:00 0 00"],
    [
      0,
      "%T %u %U %V %w %W %x %X %y %Y %z %Z %%",
      "00:00:00 4 00 01 4 00 01/01/70 00:00:00 70 1970 +0000 UTC %",
    ],
    [0, "%c|%n|%t|%+|%q|%", "Thu Jan  1 00:00:00 1970|\n|\t|%+|%q|%"],
    [0, "%10Y|%-d|%_10d|%^10a|%#Z|%#p|%05e|%^B", "0000001970|1|         1|       THU|utc|am|00001|JANUARY"],
    [[2021, 0, 3], "%U %W %V %G %g %u %w", "01 00 53 2020 20 7 0"],
    [[2024, 11, 30], "%V %G", "01 2025"],
    [[2024, 1], "%F %j %a", "2024-02-00 031 Wed"],
    [[2024, 13, 40, 25, 61, 61, 9, 400], "%F %T %a %j %b", "2024-14-40 25:61:61 Thu 072 ?"],
    [1435677542.822351, "%A, %B %e, %Y", "Tuesday, June 30, 2015"],
  ];
  for (const [time, format, text] of formats) {
    test(`${JSON.stringify(time)} as ${JSON.stringify(format)}`, () => {
      expect(strftime(time, format)).toBe(text);
      expect(strflocaltime(time, format)).toBe(text);
    });
  }
});

describe("strptime", () => {
  const texts: [string, string, Json[]][] = [
    ["2015-03-05T23:51:47Z", "%Y-%m-%dT%H:%M:%SZ", [2015, 2, 5, 23, 51, 47, 4, 63]],
    ["Thu, 05 Mar 2015 23:51:47 +0100", "%a, %d %b %Y %H:%M:%S %z", [2015, 2, 5, 23, 51, 47, 4, 63]],
    ["Thu Mar  5 23:51:47 2015", "%c", [2015, 2, 5, 23, 51, 47, 4, 63]],
    ["1425599621", "%s", [2015, 2, 5, 23, 53, 41, 4, 63]],
    ["2015-03-05 CET", "%F %Z", [2015, 2, 5, 0, 0, 0, 4, 63]],
    ["2015 060", "%Y %j", [2015, 2, 1, 0, 0, 0, 0, 59]],
    ["12 2015 3", "%U %Y %w", [2015, 2, 25, 0, 0, 0, 3, 83]],
    ["2015", "%Y", [2015, 0, 0, 0, 0, 0, 3, -1]],
    ["10:20", "%H:%M", [1900, 0, 0, 10, 20, 0, 8, 367]],
    ["12 AM", "%I %p", [1900, 0, 0, 0, 0, 0, 8, 367]],
    ["pm 3", "%p %l", [1900, 0, 0, 15, 0, 0, 8, 367]],
    ["69 thursday", "%y %a", [1969, 0, 0, 0, 0, 0, 4, -1]],
    ["20 15", "%C %y", [2015, 0, 0, 0, 0, 0, 3, -1]],
    ["2015-03-05 and more", "%Y-%m-%d", [2015, 2, 5, 0, 0, 0, 4, 63, " and more"]],
  ];
  for (const [text, format, fields] of texts) {
    test(`${JSON.stringify(text)} by ${JSON.stringify(format)}`, () =>
      expect(strptime(text, format)).toEqual(fields));
  }

  for (const [text, format] of [
    ["2015-13-05", "%Y-%m-%d"],
    ["2015-03-05rest", "%Y-%m-%d"],
    ["x", "%Q"],
    ["62", "%S"],
    ["+1", "%z"],
  ] as const) {
    test(`${JSON.stringify(text)} does not match ${JSON.stringify(format)}`, () => {
      expect(() => strptime(text, format)).toThrow(`date "${text}" does not match format "${format}"`);
    });
  }
});

test("Whole dates are parsed and formatted as jq does it", async () => {
  const seconds = Array.from({ length: 200 }, (_, index) => Math.floor(-2e9 + index * 31_337_331.7));
  const format = "%Y-%m-%dT%H:%M:%SZ %j %U %V %G %a %b %e %I %p %y";
  const program =
    ".seconds[] as $s | .format as $f | $s | " +
    '[gmtime, strftime($f), (todate | fromdate), (todate | strptime("%Y-%m-%dT%H:%M:%SZ"))]';
  const oracle = await Oracle.load();
  const expected = (await oracle.outputs(program, { seconds, format }))!.map((line) => JSON.parse(line));
  const iso = "%Y-%m-%dT%H:%M:%SZ";
  const ours = seconds.map((each) => {
    const text = strftime(each, iso);
    return [gmtime(each), strftime(each, format), mktime(strptime(text, iso)), strptime(text, iso)];
  });
  expect(ours).toEqual(expected);
});

describe("Errors are jq's", () => {
  const failing: [string, () => unknown, string][] = [
    ["gmtime", () => gmtime("a"), "gmtime() requires numeric inputs"],
    ["localtime", () => localtime(null), "localtime() requires numeric inputs"],
    ["gmtime far away", () => gmtime(1e18), "error converting number of seconds since epoch to datetime"],
    ["mktime", () => mktime(null), "mktime requires array inputs"],
    ["mktime of a text", () => mktime(["a"]), "mktime requires parsed datetime inputs"],
    ["mktime of -1", () => mktime([1969, 11, 31, 23, 59, 59]), "invalid gmtime representation"],
    ["strftime of a text", () => strftime("x", "%F"), "strftime/1 requires parsed datetime inputs"],
    ["strftime of texts", () => strftime(["a"], "%F"), "strftime/1 requires parsed datetime inputs"],
    ["strftime by a number", () => strftime(0, 1), "strftime/1 requires a string format"],
    ["strflocaltime by a number", () => strflocaltime(0, {}), "strflocaltime/1 requires a string format"],
    ["strptime of a number", () => strptime(1, "%Y"), "strptime/1 requires string inputs and arguments"],
  ];
  for (const [what, act, message] of failing) {
    test(what, () => {
      expect(act).toThrow(ExpressionError);
      expect(act).toThrow(message);
    });
  }
});
