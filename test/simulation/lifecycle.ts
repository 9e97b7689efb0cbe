import type { LifecycleRecord } from "../../src/workflow/lifecycle.ts";
import { must } from "./violation.ts";

const next: Readonly<Record<string, readonly string[]>> = {
  "": ["created"],
  created: ["started", "faulted"],
  started: ["retried", "completed", "faulted", "cancelled"],
  retried: ["retried", "completed", "faulted", "cancelled"],
};

/** The records of one execution, one by one: each task's life, and the execution's own, must be a legal one. */
export class Lives {
  readonly #tasks = new Map<number, string>();
  #own = "";
  #status = "running";

  add({ type, run, status }: LifecycleRecord): void {
    const [scope, verb = ""] = type.split(".");
    must(!ends.has(this.#own), `"${type}" came after the end`);
    if (scope === "task") this.#addTask(verb, run);
    else if (verb === "status-changed") {
      must(
        this.#own === "started" && status !== this.#status,
        `A change of status to "${status}" is out of place`,
      );
      this.#status = status ?? "";
    } else {
      must(
        verb === "started" ? this.#own === "" : this.#own === "started" && ends.has(verb),
        `"${type}" is out of place`,
      );
      this.#own = verb;
    }
    if (ends.has(this.#own))
      must(this.#tasks.size === 0, "An execution ended before its tasks", [...this.#tasks]);
  }

  #addTask(verb: string, run: number | undefined): void {
    must(this.#own === "started" && run !== undefined, "A task out of place");
    const before = this.#tasks.get(run) ?? "";
    must(next[before]?.includes(verb), `Task run ${run} went from "${before}" to "${verb}"`);
    if (ends.has(verb)) this.#tasks.delete(run);
    else this.#tasks.set(run, verb);
  }
}

const ends: ReadonlySet<string> = new Set(["completed", "faulted", "cancelled"]);
