import { Failure } from "../failure.ts";
import type { Secret } from "../gen/pawl/v1/secret_pb.ts";
import type { Context } from "./command.ts";
import { ask } from "./connection.ts";
import type { Deleted } from "./deletion.ts";
import { type Kind, printList } from "./listing.ts";
import { printRecord } from "./record.ts";
import { age, type Column } from "./table.ts";
import { toMs, toTime } from "./wire.ts";

/** Lists the secrets (`limit` 0: all), or shows the one of this name: never a value. */
export async function listSecrets(
  context: Context,
  {
    name,
    sort,
    limit = 0,
  }: { readonly name?: string | undefined; readonly sort?: string | undefined; readonly limit?: number },
): Promise<void> {
  const { secrets } = await ask(context, ({ secrets }, signal) => secrets.list({}, { signal }), {
    repeatable: true,
  });
  const kind = secretKind(Date.now());
  if (name === undefined)
    return await printList(context, limit > 0 ? secrets.slice(0, limit) : secrets, kind, sort);
  const found = secrets.find((secret) => secret.name === name);
  if (found === undefined) {
    const hint = "List the secrets to see their names: pawl secret list";
    throw new Failure("not_found", `There is no secret "${name}"`, { reason: "secret-not-found", hint });
  }
  const { output } = context.globals;
  if (output === "table" || output === "wide") await printList(context, [found], kind, sort);
  else await printRecord(context.printer, output, kind.record(found), kind.name(found));
}

/** Deletes the one of this name. */
export async function deleteSecret(context: Context, name: string): Promise<Deleted> {
  await ask(context, ({ secrets }, signal) => secrets.delete({ name }, { signal }), { repeatable: false });
  return { kind: "secret", name };
}

function secretKind(nowMs: number): Kind<Secret> {
  return {
    plural: "secrets",
    columns: secretColumns(nowMs),
    record: ({ name, createdAt, updatedAt }) => ({
      name,
      createdAt: toTime(createdAt),
      updatedAt: toTime(updatedAt),
    }),
    name: ({ name }) => `secret/${name}`,
  };
}

function secretColumns(nowMs: number): Column<Secret>[] {
  return [
    { title: "NAME", cell: ({ name }) => name },
    { title: "UPDATED", cell: ({ updatedAt }) => age(updatedAt && toMs(updatedAt), nowMs) },
    { title: "CREATED", cell: ({ createdAt }) => age(createdAt && toMs(createdAt), nowMs) },
  ];
}
