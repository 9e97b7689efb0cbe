import { type Definition, formatDiagnostic } from "../../dsl/definition.ts";
import { Failure } from "../../failure.ts";
import type {
  AppliedWorkflow,
  DefinitionSource,
  WorkflowFilter,
  WorkflowRef,
  WorkflowSelection,
  WorkflowView,
} from "../engine.ts";
import { parseSource, Revision } from "../request/revision.ts";
import { checkExportBytes, selectVersions } from "../request/selection.ts";
import { readAll } from "../request/sources.ts";
import { unknownWorkflow } from "../request/unknown.ts";
import { latestOfEach } from "../request/version.ts";
import type { Calls } from "./calls.ts";
import { CatalogIndex } from "./catalog-index.ts";
import { decodeAll } from "./codec.ts";
import { each } from "./each.ts";
import { checkFit, entryOf, inOrder, latestOf, refusalOf, sourceOf } from "./entries.ts";
import {
  type Action,
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
import { Visibility } from "./visibility.ts";
import { keyOf } from "./workflow/room.ts";

const keptFor = "36500 days";
const fewSources = 64;
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
    // First: to read many definitions takes its time, and while Temporal is away it would be for nothing.
    const there = await this.#entries();
    const { definitions, warnings } = await readAll(sources);
    const entries = definitions.map(entryOf);
    checkFit(there, definitions, entries);
    const actions = dryRun ? wouldApply(there, entries) : await this.#apply(definitions, entries);
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
    const listed = (filter.allVersions ? wanted : latestOfEach(wanted)).slice(0, limit);
    return listed.map(({ source: _source, ...view }) => ({ ...view, text: "" }));
  }

  /** The index as it is now, and the texts, which never change. */
  async export(selection: WorkflowSelection): Promise<WorkflowView[]> {
    const chosen = selectVersions((await this.#entries()).sort(inOrder), selection);
    let bytes = 0;
    return each(chosen, async (entry) => {
      const view = await this.#viewOf(entry);
      bytes += Buffer.byteLength(view.text);
      checkExportBytes(bytes);
      return view;
    });
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

  /** The texts first: an index never names what is not there. */
  async #apply(definitions: readonly Definition[], entries: readonly NewEntry[]): Promise<Action[]> {
    const { taskQueue } = this.#calls;
    const sources = new Map(entries.map(({ source }, index) => [source, definitions[index]!]));
    // To keep one that is there does nothing: of a few it is not worth while to ask.
    const kept = sources.size > fewSources ? await new Visibility(this.#calls).sources() : new Set();
    const missing = [...sources].filter(([source]) => !kept.has(source));
    await each(missing, ([source, definition]) => this.#keep(source, sourceOf(definition)));
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
    const { taskQueue } = this.#calls;
    await this.#calls.make(({ client }) =>
      client.workflow.start(types.definition, {
        workflowId: sourceKey(taskQueue, key),
        taskQueue,
        // It is there for its argument alone: until then no worker has to do with it.
        startDelay: keptFor,
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

/** What an apply would do. */
function wouldApply(entries: readonly CatalogEntry[], given: readonly NewEntry[]): Action[] {
  const there = new Map(entries.map((entry) => [keyOf(entry), entry.revision]));
  return given.map((entry) => {
    const revision = there.get(keyOf(entry));
    if (revision === undefined) return "created";
    return revision === entry.revision ? "unchanged" : "configured";
  });
}
