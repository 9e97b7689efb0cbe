import type { Definition } from "../../dsl/definition.ts";
import { Failure } from "../../failure.ts";
import type { DefinitionSource, WorkflowFilter, WorkflowRef, WorkflowView } from "../engine.ts";
import { type Reader, type ReadText, readHere } from "../request/reader.ts";
import { Revision, requireSingle } from "../request/revision.ts";
import { unknownWorkflow } from "../request/unknown.ts";
import { compareVersions, latestOfEach, latestVersion } from "../request/version.ts";
import type { Limits } from "./limits.ts";
import { LruCache } from "./lru.ts";
import type { Connection, Row, Statement } from "./store.ts";
import { damaged, isWhole, sumOf } from "./sum.ts";

interface RevisionRow extends Row {
  readonly key: number;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly line: number;
  readonly sum: number | null;
  readonly text: string;
}

interface WorkflowRow extends Row {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly file: string;
  readonly text: string;
  readonly title: string | null;
  readonly summary: string | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** One version, and how long its text is. */
export interface VersionRow extends Row {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
}

/** The definitions: by content (`revisions`), and by name (`workflows`). */
export class Catalog {
  /** Of the server: what every revision is told. */
  readonly #about: { readonly version?: string };
  readonly #read: Reader;
  /** What is being read in another thread. */
  readonly #reading = new Map<string, Promise<Revision>>();
  readonly #revisions: LruCache<string, Revision>;
  readonly #sources: LruCache<string, Revision>;
  readonly #revisionKey: Statement<{ key: number }>;
  readonly #revisionRow: Statement<RevisionRow>;
  readonly #insertRevision: Statement;
  readonly #insertWorkflow: Statement;
  readonly #updateWorkflow: Statement;
  readonly #deleteWorkflow: Statement;
  readonly #versions: Statement<{ version: string; hash: string }>;
  readonly #workflow: Statement<WorkflowRow>;
  readonly #list: Statement<WorkflowRow>;
  readonly #lengths: Statement<VersionRow>;
  readonly #keysIn: Statement<{ key: number }>;
  readonly #keysOf: Statement<{ key: number }>;
  readonly #removeUnused: Statement;
  readonly #removeIfUnused: Statement;

  constructor(
    connection: Connection,
    limits: Pick<Limits, "cachedDefinitions" | "cachedDefinitionLength">,
    { version, read = readHere }: { readonly version?: string; readonly read?: Reader },
  ) {
    this.#about = version === undefined ? {} : { version };
    this.#read = read;
    const bounds = { size: limits.cachedDefinitions, weight: limits.cachedDefinitionLength };
    const weigh = ({ definition }: Revision) => definition.text.length;
    this.#revisions = new LruCache(bounds, weigh);
    this.#sources = new LruCache(bounds, weigh);
    const joined = `SELECT w.*, r.revision AS hash FROM workflows w JOIN revisions r ON r.key = w.revision`;
    this.#revisionKey = connection.prepare("SELECT key FROM revisions WHERE revision = ?");
    this.#revisionRow = connection.prepare("SELECT * FROM revisions WHERE revision = ?");
    this.#insertRevision = connection.prepare(
      `INSERT INTO revisions (revision, namespace, name, version, file, line, text, sum)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertWorkflow = connection.prepare("INSERT INTO workflows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#updateWorkflow = connection.prepare(
      `UPDATE workflows SET revision = ?, file = ?, text = ?, title = ?, summary = ?, updated_at = ?
       WHERE namespace = ? AND name = ? AND version = ?`,
    );
    this.#deleteWorkflow = connection.prepare(
      "DELETE FROM workflows WHERE namespace = ? AND name = ? AND version = ?",
    );
    this.#versions = connection.prepare(
      `SELECT w.version, r.revision AS hash FROM workflows w JOIN revisions r ON r.key = w.revision
       WHERE w.namespace = +? AND w.name = +?`,
    );
    this.#workflow = connection.prepare(
      `${joined} WHERE w.namespace = +? AND w.name = +? AND w.version = +?`,
    );
    this.#list = connection.prepare(
      `${joined} WHERE w.namespace = coalesce(?, w.namespace) AND w.name = coalesce(?, w.name)
       ORDER BY w.namespace, w.name`,
    );
    this.#lengths = connection.prepare(
      "SELECT namespace, name, version, length(CAST(text AS BLOB)) AS bytes FROM workflows ORDER BY namespace, name",
    );
    this.#removeUnused = connection.prepare(
      `DELETE FROM revisions WHERE NOT EXISTS (SELECT 1 FROM workflows w WHERE w.revision = revisions.key)
       AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.revision = revisions.key)`,
    );
    this.#removeIfUnused = connection.prepare(
      `DELETE FROM revisions WHERE key = ? AND NOT EXISTS (SELECT 1 FROM workflows w WHERE w.revision = revisions.key)
       AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.revision = revisions.key)`,
    );
    this.#keysIn = connection.prepare(
      "SELECT key FROM revisions WHERE namespace = ? AND name = coalesce(?, name)",
    );
    this.#keysOf = connection.prepare("SELECT key FROM revisions WHERE name = ?");
  }

  /** The one workflow of a source. Rejects `invalid_argument`. */
  async fromSource(source: DefinitionSource): Promise<Revision> {
    const key = `${source.file}\0${source.text}`;
    const known = this.#sources.get(key);
    if (known) return known;
    const read = await this.#read(source, { stored: false });
    const revision = new Revision(requireSingle(read, source), this.#about);
    this.#sources.keep(key, revision);
    return revision;
  }

  /** The revision with this hash, which is stored; read in this thread, if it has to be. */
  byHash(hash: string): Revision {
    return this.#revisions.get(hash) ?? this.#keepRead(hash, readHere(this.#row(hash), { stored: true }));
  }

  /** The same; a promise while it is read in another thread. */
  obtain(hash: string): Revision | Promise<Revision> {
    const known = this.#revisions.get(hash) ?? this.#reading.get(hash);
    if (known) return known;
    const read = this.#read(this.#row(hash), { stored: true });
    if (!(read instanceof Promise)) return this.#keepRead(hash, read);
    const reading = read.then((text) => this.#keepRead(hash, text));
    this.#reading.set(hash, reading);
    const done = () => this.#reading.delete(hash);
    reading.then(done, done);
    return reading;
  }

  #row(hash: string): RevisionRow {
    const row = this.#revisionRow.get(hash);
    if (!row) throw definitionMissing(hash);
    const { sum, namespace, name, version, file, line, text } = row;
    if (isWhole(sum, hash, namespace, name, version, file, line, text)) return row;
    throw damaged(`The definition of "${namespace}/${name}" in version "${version}"`);
  }

  #keepRead(hash: string, { definitions }: ReadText): Revision {
    const [definition] = definitions;
    if (!definition) throw definitionMissing(hash);
    const revision = new Revision(definition, { ...this.#about, line: this.#row(hash).line });
    this.#revisions.keep(hash, revision);
    return revision;
  }

  /** What a reference stands for now. */
  find(ref: WorkflowRef): { readonly version: string; readonly hash: string } | undefined {
    const versions = this.#versions.all(ref.namespace, ref.name);
    if (ref.version && ref.version !== "latest")
      return versions.find(({ version }) => version === ref.version);
    return latestVersion(versions);
  }

  view(ref: WorkflowRef): WorkflowView {
    const found = this.find(ref);
    const row = found && this.#workflow.get(ref.namespace, ref.name, found.version);
    if (!row) throw unknownWorkflow(ref);
    return toView(row);
  }

  list(filter: WorkflowFilter, limit: number): WorkflowView[] {
    const rows = this.#list.all(filter.namespace ?? null, filter.name ?? null);
    const order = (a: WorkflowRow, b: WorkflowRow) =>
      compareText(a.namespace, b.namespace) ||
      compareText(a.name, b.name) ||
      compareVersions(a.version, b.version);
    const sorted = rows.sort(order);
    return (filter.allVersions ? sorted : latestOfEach(sorted)).slice(0, limit).map(toView);
  }

  /** Every version there is, by namespace and name. */
  versions(): VersionRow[] {
    return this.#lengths.all();
  }

  /** The keys of all revisions of a namespace, a name, or both; one of them is given. */
  revisionKeys(namespace: string | undefined, name: string | undefined): number[] {
    const rows =
      namespace === undefined ? this.#keysOf.all(name ?? "") : this.#keysIn.all(namespace, name ?? null);
    return rows.map(({ key }) => key);
  }

  /** Within a transaction: keeps the definition, once, and answers its key. */
  keep(revision: Revision): number {
    const { definition, line } = revision;
    const there = this.#revisionKey.get(definition.revision);
    if (there) return there.key;
    const { namespace, name, version } = definition.document.document;
    const { revision: hash, file, text } = definition;
    const sum = sumOf(hash, namespace, name, version, file, line, text);
    this.#insertRevision.run(hash, namespace, name, version, file, line, text, sum);
    // It has been read: who runs it need not do that again.
    this.#revisions.keep(hash, revision);
    return (this.#revisionKey.get(hash) as { key: number }).key;
  }

  /** Within a transaction: gives the definition its name. */
  put(revision: Revision, at: number): "created" | "configured" | "unchanged" {
    const { definition } = revision;
    const { namespace, name, version, title, summary } = definition.document.document;
    const { file, text } = definition;
    const key = this.keep(revision);
    const there = this.#workflow.get(namespace, name, version);
    const about = [title ?? null, summary ?? null] as const;
    if (!there) {
      this.#insertWorkflow.run(namespace, name, version, key, file, text, ...about, at, at);
      return "created";
    }
    const same = there.hash === definition.revision;
    if (!same || there.text !== text || there.file !== file) {
      const updated = same ? there.updated_at : at;
      this.#updateWorkflow.run(key, file, text, ...about, updated, namespace, name, version);
    }
    return same ? "unchanged" : "configured";
  }

  /**
   * Within a transaction, and with no execution under way that is not written: forgets what nothing refers
   * to.
   */
  removeUnused(): void {
    this.#removeUnused.run();
  }

  /** Within a transaction: the same for one revision; whoever is about to pin it keeps it anew. */
  removeIfUnused(key: number): void {
    this.#removeIfUnused.run(key);
  }

  /** What `put` would do. */
  wouldPut(definition: Definition): "created" | "configured" | "unchanged" {
    const { namespace, name, version } = definition.document.document;
    const there = this.#workflow.get(namespace, name, version);
    return there ? (there.hash === definition.revision ? "unchanged" : "configured") : "created";
  }

  /** Within a transaction. Throws `not_found`. */
  remove(ref: WorkflowRef): WorkflowRef[] {
    const { namespace, name } = ref;
    const versions = this.#versions.all(namespace, name).map(({ version }) => version);
    const wanted =
      ref.version === undefined
        ? versions
        : versions.filter((version) => version === this.find(ref)?.version);
    if (wanted.length === 0) throw unknownWorkflow(ref);
    for (const version of wanted) this.#deleteWorkflow.run(namespace, name, version);
    return wanted.sort(compareVersions).map((version) => ({ namespace, name, version }));
  }
}

const definitionMissing = (hash: string) =>
  new Failure("data_loss", `The definition "${hash}" is missing`, { reason: "definition-missing" });

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function toView(row: WorkflowRow): WorkflowView {
  const { namespace, name, version, hash, file, text, title, summary } = row;
  return {
    namespace,
    name,
    version,
    revision: hash,
    ...(title !== null && { title }),
    ...(summary !== null && { summary }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    file,
    text,
  };
}
