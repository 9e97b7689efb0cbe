import type { Home } from "../config/home.ts";
import type { Clients } from "./client.ts";
import type { ObtainOptions } from "./contact.ts";
import type { ServerAnswer } from "./handshake.ts";
import { obtain } from "./obtain.ts";

export interface Connection {
  readonly clients: Clients;
  readonly server: ServerAnswer;
}

/** Per home, for the life of the process. */
const cache = new Map<string, Connection>();

/** The cached connection, or a new one to a server that has just introduced itself. */
export async function connect(home: Home, options: ObtainOptions): Promise<Connection> {
  const known = cache.get(home.id);
  if (known) return known;
  const server = await obtain(home, options);
  const { clientsOf } = await import("./rpc.ts");
  const connection = { clients: clientsOf(home), server };
  cache.set(home.id, connection);
  return connection;
}

/** Whatever is known about a home's server is out of date. */
export function forgetHome(home: Home): void {
  cache.delete(home.id);
}

/** Drops a connection that broke. */
export function forget(home: Home, connection: Connection): void {
  if (cache.get(home.id) === connection) cache.delete(home.id);
}
