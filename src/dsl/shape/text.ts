import { record, type Text, union, whole } from "./shape.ts";

const number = String.raw`(?:0|[1-9]\d*)`;
const prereleasePart = String.raw`(?:${number}|\d*[A-Za-z-][\dA-Za-z-]*)`;
const semanticVersionPattern = new RegExp(
  String.raw`^${number}\.${number}\.${number}` +
    String.raw`(?:-${prereleasePart}(?:\.${prereleasePart})*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$`,
);

/** https://semver.org */
export const semanticVersion: Text = {
  form: "text",
  expected: 'a semantic version such as "1.0.0"',
  test: (value) => semanticVersionPattern.test(value),
};

/** The name of a workflow or a namespace: a DNS label. */
export const label: Text = {
  form: "text",
  expected: "letters, digits and hyphens, at most 63, with a letter or digit at both ends",
  test: (value) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(value),
};

export const nonEmpty: Text = { form: "text", expected: "a name", test: (value) => value !== "" };

/** dsl-reference.md "URI Template": a URI reference in which `{name}` stands for a value. */
export const uriTemplate: Text = {
  form: "text",
  dynamic: true,
  expected: 'a URI, in which only "{name}" stands for a value',
  test: (value) => /^[^\s{}]*(\{[^\s{}]+\}[^\s{}]*)*$/.test(value) && value !== "",
};

/** A URI reference, or (in an event filter) a pattern for one. */
export const uriReference: Text = {
  form: "text",
  dynamic: true,
  expected: "a URI without blanks",
  test: (value) => /^\S+$/.test(value),
};

export const jsonPointer: Text = {
  form: "text",
  dynamic: true,
  expected: 'a JSON pointer such as "/do/0/getPet"',
  test: (value) => /^(\/([^~/]|~[01])*)*$/.test(value),
};

const date = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const time = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?`;
const dateTimePattern = new RegExp(String.raw`^${date}[Tt ]${time}(?:[Zz]|[+-]\d\d:\d\d)$`);

/** RFC 3339. */
export const dateTime: Text = {
  form: "text",
  dynamic: true,
  expected: 'a date and time such as "2026-01-31T12:00:00Z"',
  test: (value) => dateTimePattern.test(value),
};

export const hostName: Text = {
  form: "text",
  dynamic: true,
  expected: "a host name",
  test: (value) => /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(value),
};

const units = (letters: string) => [...letters].map((unit) => String.raw`(?:\d+(?:\.\d+)?${unit})?`).join("");
/** ISO 8601 with a digit before every unit, and at least one of them. */
const durationPattern = new RegExp(String.raw`^P(?=[\dT])${units("YMWD")}(?:T(?=\d)${units("HMS")})?$`);

const amount = { ...whole, min: 0 };

/** dsl-reference.md "Duration": properties, ISO 8601, or an expression. */
export const duration = union({
  text: {
    form: "text",
    dynamic: true,
    expected: 'an ISO 8601 duration such as "PT30S"',
    test: (value) => durationPattern.test(value),
    hint: 'Write e.g. "PT1H30M", or the keys days, hours, minutes, seconds, milliseconds',
  },
  object: record(
    { optional: { days: amount, hours: amount, minutes: amount, seconds: amount, milliseconds: amount } },
    { atLeastOne: [["days", "hours", "minutes", "seconds", "milliseconds"]] },
  ),
});
