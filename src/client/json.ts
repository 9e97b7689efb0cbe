import type { Kind, Shape } from "./shape.ts";

type Fields = Record<string, unknown>;

/** An answer as the generated code would have it, from protobuf's JSON. */
export function fromJson(shape: Shape, json: unknown): Fields {
  const given = (json ?? {}) as Fields;
  const message: Fields = {};
  for (const [name, kind] of Object.entries(shape.fields)) message[name] = read(kind, given[name]);
  if (shape.oneof !== undefined) {
    const found = Object.entries(shape.oneof.fields).find(([name]) => given[name] !== undefined);
    message[shape.oneof.name] =
      found === undefined ? { case: undefined } : { case: found[0], value: read(found[1], given[found[0]]) };
  }
  return message;
}

/** A request in protobuf's JSON, from what the generated code takes. */
export function toJson(request: unknown): string {
  return JSON.stringify(request, (_, value) => {
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null) return value;
    if ("seconds" in value && "nanos" in value) {
      return new Date(Number(value.seconds) * 1000 + value.nanos / 1e6).toISOString();
    }
    const oneof = Object.entries(value as Fields).find(([, field]) => isOneof(field));
    if (oneof === undefined) return value;
    const { [oneof[0]]: chosen, ...rest } = value as Record<string, { case: string; value: unknown }>;
    return chosen?.case === undefined ? rest : { ...rest, [chosen.case]: chosen.value };
  });
}

function isOneof(field: unknown): boolean {
  return typeof field === "object" && field !== null && "case" in field;
}

function read(kind: Kind, value: unknown): unknown {
  if (kind === "text") return value ?? "";
  if (kind === "number") return value ?? 0;
  if (kind === "flag") return value ?? false;
  if (kind === "big") return BigInt((value as string | undefined) ?? 0);
  if (kind === "time") return value === undefined ? undefined : toTimestamp(value as string);
  if ("words" in kind) return Math.max(0, kind.values.indexOf(String(value ?? "").slice(kind.words.length)));
  if ("list" in kind) return ((value as unknown[] | undefined) ?? []).map((item) => read(kind.list, item));
  if ("map" in kind) {
    return Object.fromEntries(Object.entries(value ?? {}).map(([key, item]) => [key, read(kind.map, item)]));
  }
  return value === undefined ? undefined : fromJson(kind, value);
}

function toTimestamp(text: string): { seconds: bigint; nanos: number } {
  const ms = Date.parse(text);
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1e6 };
}
