import { createHash } from "node:crypto";
import { type Definition, formatDiagnostic } from "../../dsl/definition.ts";
import { Failure } from "../../failure.ts";
import type {
  AppliedWorkflow,
  DefinitionSource,
  WorkflowFilter,
  WorkflowRef,
  WorkflowView,
} from "../engine.ts";
import { parseSource, Revision } from "../request/revision.ts";
import { readAll } from "../request/sources.ts";
import { unknownWorkflow } from "../request/unknown.ts";
import { compareVersions } from "../request/version.ts";
import type { Calls } from "./calls.ts";
import { CatalogIndex } from "./catalog-index.ts";
import { decodeAll } from "./codec.ts";
import {
  type Action,
  bounds,
  type CatalogEntry,
  catalogKey,
  type NewEntry,
  names,
  type Pinned,
  type Resolution,
  type StoredSource,
  sourceKey,
  types,
  type WorkflowName,
} from "./protocol.ts";

/** Texts and what is read from them, kept in memory; they never change. */
const cachedSources = 256;
const cachedRevisions = 64;

/** The definitions, in Temporal: an index that changes as one, and the texts by their content. */
export class Catalog {
  readonly #calls: Calls;
  readonly #version: string;
  readonly #index: CatalogIndex;
  readonly #sources = new Map<string, Promise<StoredSource>>();
  readonly #revisions = new Map<string, Revision>();
  readonly #pinned = new WeakMap<Revision, Pinned>();

  constructor(calls: Calls, version: string) {
    this.#calls = calls;
    this.#version = version;
    this.#index = new CatalogIndex(calls);
  }

  async apply(sources: readonly DefinitionSource[], dryRun: boolean): Promise<AppliedWorkflow[]> {
    const { definitions, warnings } = readAll(sources);
    const entries = definitions.map(entryOf);
    const actions = dryRun ? await this.#wouldApply(entries) : await this.#apply(definitions, entries);
    return definitions.map((definition, index) => {
      const { namespace, name, version } = definition.document.document;
      const told = (warnings.get(definition) ?? []).map(formatDiagnostic);
      return { namespace, name, version, action: actions[index] ?? "unchanged", warnings: told };
    });
  }

  async view(ref: WorkflowRef): Promise<WorkflowView> {
    const entry = await this.#find(ref);
    if (!entry) throw unknownWorkflow(ref);
    return this.#viewOf(entry);
  }

  async list(filter: WorkflowFilter, limit: number): Promise<WorkflowView[]> {
    const entries = await this.#entries();
    const wanted = entries
      .filter(({ namespace }) => filter.namespace === undefined || namespace === filter.namespace)
      .filter(({ name }) => filter.name === undefined || name === filter.name)
      .sort(inOrder);
    const newest = wanted.filter(
      ({ namespace, name }, at) => wanted[at + 1]?.namespace !== namespace || wanted[at + 1]?.name !== name,
    );
    const listed = (filter.allVersions ? wanted : newest).slice(0, limit);
    return Promise.all(listed.map((entry) => this.#viewOf(entry)));
  }

  async remove(ref: WorkflowRef): Promise<WorkflowRef[]> {
    const entries = await this.#entries();
    const versions = entries.filter(
      ({ namespace, name }) => namespace === ref.namespace && name === ref.name,
    );
    const found = latestOf(versions, ref);
    const wanted = ref.version === undefined ? versions.sort(inOrder) : found ? [found] : [];
    if (wanted.length === 0) throw unknownWorkflow(ref);
    const given = wanted.map(({ namespace, name, version }) => ({ namespace, name, version }));
    const key = catalogKey(this.#calls.taskQueue);
    return this.#calls.make(({ client }) =>
      client.workflow
        .getHandle(key)
        .executeUpdate<WorkflowName[], [WorkflowName[]]>(names.remove, { args: [given] }),
    );
  }

  /** The revision that a reference stands for now, ready to run. Throws `not_found`. */
  async revision(ref: WorkflowRef): Promise<Revision> {
    const entry = await this.#find(ref);
    if (!entry) throw unknownWorkflow(ref);
    return this.#revision(entry.source);
  }

  /** A stored text as it was when it was stored. */
  read(source: StoredSource): Revision {
    const definition = parseSource(source).definitions[0];
    if (definition) return new Revision(definition, { line: source.line, version: this.#version });
    throw new Failure("data_loss", `The definition from "${source.file}" is empty`, {
      reason: "definition-missing",
    });
  }

  /** What an execution carries of its revision. Throws what keeps it from running. */
  pin(revision: Revision): Pinned {
    const known = this.#pinned.get(revision);
    if (known) return known;
    // Compiles it: what cannot run is refused before anything is started.
    revision.program;
    const { definition, line, hash } = revision;
    const source = { file: definition.file, line, text: definition.text };
    const pinned = { source, document: definition.document, revision: hash, runtime: this.#version };
    this.#pinned.set(revision, pinned);
    return pinned;
  }

  /** For a parent that runs on this server. Rejects only when Temporal is away. */
  async resolve(name: WorkflowName): Promise<Resolution> {
    const entry = await this.#find(name);
    if (!entry) {
      const { namespace, version } = name;
      return {
        refused: `There is no workflow "${namespace}/${name.name}" in version "${version}": apply it first`,
      };
    }
    await this.#source(entry.source);
    try {
      return { pinned: this.pin(await this.#revision(entry.source)) };
    } catch (error) {
      return { refused: (error as Error).message };
    }
  }

  async #find(ref: WorkflowRef): Promise<CatalogEntry | undefined> {
    const entries = await this.#entries();
    const versions = entries.filter(
      ({ namespace, name }) => namespace === ref.namespace && name === ref.name,
    );
    return latestOf(versions, ref);
  }

  #entries(): Promise<CatalogEntry[]> {
    return this.#index.entries();
  }

  async #wouldApply(given: readonly NewEntry[]): Promise<Action[]> {
    const entries = await this.#entries();
    return given.map(({ namespace, name, version, revision }) => {
      const there = latestOf(
        entries.filter((entry) => entry.namespace === namespace && entry.name === name),
        { namespace, name, version },
      );
      if (!there) return "created";
      return there.revision === revision ? "unchanged" : "configured";
    });
  }

  /** The texts first: an index never names what is not there. */
  async #apply(definitions: readonly Definition[], entries: readonly NewEntry[]): Promise<Action[]> {
    const { taskQueue } = this.#calls;
    for (const [index, { source }] of entries.entries())
      await this.#keep(source, sourceOf(definitions[index]!));
    const { WithStartWorkflowOperation } = await import("@temporalio/client");
    return this.#calls.make(async ({ client }) => {
      const startWorkflowOperation = new WithStartWorkflowOperation(types.catalog, {
        workflowId: catalogKey(taskQueue),
        taskQueue,
        workflowIdConflictPolicy: "USE_EXISTING",
        args: [],
      });
      const update = { startWorkflowOperation, args: [entries] };
      try {
        return (await client.workflow.executeUpdateWithStart(names.apply, update)) as Action[];
      } catch (error) {
        throw refusalOf(error) ?? error;
      }
    });
  }

  async #keep(key: string, source: StoredSource): Promise<void> {
    if (this.#sources.has(key)) return;
    const { taskQueue } = this.#calls;
    if (Buffer.byteLength(JSON.stringify(source)) > bounds.payloadBytes) throw tooLarge(source.file);
    await this.#calls.make(({ client }) =>
      client.workflow.start(types.definition, {
        workflowId: sourceKey(taskQueue, key),
        taskQueue,
        workflowIdConflictPolicy: "USE_EXISTING",
        args: [source],
      }),
    );
    this.#remember(key, Promise.resolve(source));
  }

  #source(key: string): Promise<StoredSource> {
    const there = this.#sources.get(key);
    if (there) return there;
    const read = this.#readSource(key);
    this.#remember(key, read);
    read.catch(() => this.#sources.delete(key));
    return read;
  }

  async #revision(key: string): Promise<Revision> {
    const there = this.#revisions.get(key);
    if (there) return there;
    const revision = this.read(await this.#source(key));
    this.#revisions.set(key, revision);
    const [oldest] = this.#revisions.keys();
    if (this.#revisions.size > cachedRevisions && oldest !== undefined) this.#revisions.delete(oldest);
    return revision;
  }

  async #readSource(key: string): Promise<StoredSource> {
    const { namespace, taskQueue } = this.#calls;
    const workflowId = sourceKey(taskQueue, key);
    const { history } = await this.#calls.make(({ connection }) =>
      connection.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId },
        maximumPageSize: 1,
      }),
    );
    const [source] = decodeAll(history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input);
    return source as StoredSource;
  }

  #remember(key: string, source: Promise<StoredSource>): void {
    this.#sources.set(key, source);
    const [oldest] = this.#sources.keys();
    if (this.#sources.size > cachedSources && oldest !== undefined) this.#sources.delete(oldest);
  }

  async #viewOf(entry: CatalogEntry): Promise<WorkflowView> {
    const { text } = await this.#source(entry.source);
    const { source: _source, ...view } = entry;
    return { ...view, text };
  }
}

function sourceOf(definition: Definition): StoredSource {
  const { file, text } = definition;
  return { file, line: definition.position("").line, text };
}

function entryOf(definition: Definition): NewEntry {
  const { namespace, name, version, title, summary } = definition.document.document;
  const source = createHash("sha256")
    .update(JSON.stringify(sourceOf(definition)))
    .digest("hex")
    .slice(0, 32);
  const about = { ...(title !== undefined && { title }), ...(summary !== undefined && { summary }) };
  return { namespace, name, version, revision: definition.revision, source, file: definition.file, ...about };
}

function latestOf(versions: readonly CatalogEntry[], ref: WorkflowRef): CatalogEntry | undefined {
  if (ref.version && ref.version !== "latest") return versions.find(({ version }) => version === ref.version);
  return versions.toSorted((a, b) => compareVersions(b.version, a.version))[0];
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const inOrder = (a: CatalogEntry, b: CatalogEntry) =>
  compareText(a.namespace, b.namespace) ||
  compareText(a.name, b.name) ||
  compareVersions(a.version, b.version);

const tooLarge = (file: string) =>
  new Failure(
    "resource_exhausted",
    `"${file}" is longer than ${bounds.payloadBytes} bytes, which is what Temporal takes`,
    {
      reason: "definition-too-large",
      hint: "Split the workflow into several",
    },
  );

function refusalOf(error: unknown): Failure | undefined {
  const { cause } = error as { cause?: { type?: string; message?: string } };
  if (cause?.type !== names.catalogFull) return undefined;
  return new Failure("resource_exhausted", cause.message ?? "The catalog is full", {
    reason: "too-many-workflows",
    hint: "Delete workflows that nobody runs any more",
  });
}
