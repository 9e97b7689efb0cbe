import { Failure } from "../../failure.ts";
import type { SecretStore, SecretView } from "../engine.ts";
import { checkSecret, maxSecrets, unknownSecret } from "../request/secret.ts";
import type { Clock } from "./clock.ts";
import type { Committer } from "./committer.ts";
import type { Connection, Statement } from "./store.ts";

interface SecretRow extends Record<string, string | number> {
  readonly name: string;
  readonly created_at: number;
  readonly updated_at: number;
}

interface StoredSecret extends SecretRow {
  readonly value: string;
}

/** The table of secrets. No value leaves it but by `read`, and nothing but activities calls that. */
export class Secrets implements SecretStore {
  readonly #connection: Connection;
  readonly #committer: Committer;
  readonly #clock: Clock;
  readonly #value: Statement<{ value: string }>;
  readonly #view: Statement<SecretRow>;
  readonly #count: Statement<{ count: number }>;
  readonly #set: Statement;
  readonly #delete: Statement;
  readonly #all: Statement<StoredSecret>;
  readonly #clear: Statement;
  readonly #insert: Statement;

  constructor(connection: Connection, committer: Committer, clock: Clock) {
    this.#connection = connection;
    this.#committer = committer;
    this.#clock = clock;
    this.#value = connection.prepare("SELECT value FROM secrets WHERE name = ?");
    this.#view = connection.prepare("SELECT name, created_at, updated_at FROM secrets WHERE name = ?");
    this.#count = connection.prepare("SELECT count(*) AS count FROM secrets");
    this.#set = connection.prepare(
      `INSERT INTO secrets (name, value, created_at, updated_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    );
    this.#delete = connection.prepare("DELETE FROM secrets WHERE name = ?");
    this.#all = connection.prepare("SELECT name, value, created_at, updated_at FROM secrets ORDER BY name");
    this.#clear = connection.prepare("DELETE FROM secrets");
    this.#insert = connection.prepare(
      "INSERT INTO secrets (name, value, created_at, updated_at) VALUES (?, ?, ?, ?)",
    );
  }

  async set(name: string, value: string): Promise<{ readonly created: boolean }> {
    checkSecret(name, value);
    const at = this.#clock.now();
    return this.#committer.perform(() => {
      const created = this.#view.get(name) === undefined;
      if (created && (this.#count.get()?.count ?? 0) >= maxSecrets)
        throw new Failure("resource_exhausted", `There are ${maxSecrets} secrets already`, {
          reason: "too-many-secrets",
          hint: "Delete some that are not used any more",
        });
      if (created) this.#set.run(name, value, at, at);
      else this.#overwriting(() => this.#set.run(name, value, at, at));
      return { created };
    });
  }

  async list(): Promise<SecretView[]> {
    const rows = this.#connection
      .prepare<SecretRow>("SELECT name, created_at, updated_at FROM secrets ORDER BY name")
      .all();
    return rows.map(({ name, created_at, updated_at }) => ({
      name,
      createdAt: created_at,
      updatedAt: updated_at,
    }));
  }

  async delete(name: string): Promise<void> {
    return this.#committer.perform(() => {
      if (this.#view.get(name) === undefined) throw unknownSecret(name);
      this.#overwriting(() => this.#delete.run(name));
    });
  }

  /** The values of those of these secrets that exist. */
  read(names: readonly string[]): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const name of names) {
      const row = this.#value.get(name);
      if (row) found.set(name, row.value);
    }
    return found;
  }

  /**
   * What a value was does not stay behind in the file's free space. SQLite overwrites what it deletes, and not what it moved
   * before, when pages were split: so all pages are cleared, and hold afterwards what is there now.
   */
  #overwriting(work: () => void): void {
    this.#connection.execute("PRAGMA secure_delete = ON");
    try {
      work();
      const rows = this.#all.all();
      this.#clear.run();
      for (const { name, value, created_at, updated_at } of rows) {
        this.#insert.run(name, value, created_at, updated_at);
      }
    } finally {
      this.#connection.execute("PRAGMA secure_delete = OFF");
    }
  }
}
