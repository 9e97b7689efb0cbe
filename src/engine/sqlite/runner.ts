import type { Json } from "../../expression/json.ts";
import { Failure } from "../../failure.ts";
import type { EventBody } from "../../workflow/event.ts";
import { advance, begin, type Step } from "../../workflow/interpreter.ts";
import type { Revision } from "../request/revision.ts";
import { inputOf } from "./executions.ts";
import { cancelledStep, faultedStep } from "./forced.ts";
import { due, Live, type Mail, type Origin } from "./live.ts";
import type { Parts } from "./parts.ts";
import { Discard, Slice } from "./slice.ts";
import { isStoreFailure } from "./store.ts";

/**
 * Takes turns: the executions with something to do get one slice each, in a circle, for a few milliseconds;
 * then one commit makes all of it durable, and the event loop serves I/O before the next turn.
 */
export class Runner {
  /** Set once all parts are there. */
  parts!: Parts;
  readonly #lives = new Map<number, Live>();
  readonly #ready = new Set<Live>();
  /** In memory without anything to do, the longest first. */
  readonly #idle = new Set<Live>();
  #idleBytes = 0;
  readonly #parked = new Map<number, Failure>();
  #scheduled = false;
  #stopped = false;
  #retry: (() => void) | undefined;

  /** Executions in memory. */
  get loaded(): number {
    return this.#lives.size;
  }

  get ready(): number {
    return this.#ready.size;
  }

  /** Why an execution will not go on before the next start, if that is so. */
  parked(execution: number): Failure | undefined {
    return this.#parked.get(execution);
  }

  /** Whether it is in memory. */
  holds(execution: number): boolean {
    return this.#lives.has(execution);
  }

  /** An execution that is not in the store yet: its row and its first slice share a commit. */
  begin(live: Live, revision: Revision, mail: Mail): void {
    const { id, parentKey, child, depth, trace, startedAt } = live.start as NonNullable<Live["start"]>;
    live.revision = revision;
    live.origin = { id, parentKey, child, depth, trace };
    live.lastAt = startedAt;
    live.mailbox.push(mail);
    this.#lives.set(live.key, live);
    this.#enqueue(live);
  }

  deliver(execution: number, mail: Mail): void {
    const live = this.#lives.get(execution) ?? new Live(execution);
    this.#lives.set(execution, live);
    this.#parked.delete(execution);
    this.#wake(live);
    live.mailbox.push(mail);
    this.#enqueue(live);
  }

  /** A slice is committed: with nothing else to do the execution may leave memory. */
  rest(live: Live): void {
    if (live.mailbox.length > 0 || live.uncommitted > 0) return;
    if (live.ended || !live.state) {
      this.#lives.delete(live.key);
      return;
    }
    if (this.#idle.has(live)) return;
    this.#idle.add(live);
    this.#idleBytes += live.bytes;
    const { cachedExecutions, cachedBytes } = this.parts.limits;
    for (const oldest of this.#idle) {
      if (this.#idle.size <= cachedExecutions && this.#idleBytes <= cachedBytes) return;
      this.#wake(oldest);
      this.#lives.delete(oldest.key);
    }
  }

  /** A slice was not written: whoever waits hears of it, and what came from inside comes again. */
  giveBack(live: Live, mail: Mail, failure: Failure, culprit: boolean): void {
    if (mail.answer || culprit) this.#letGo(live, mail, failure);
    else live.mailbox.unshift(mail);
    if (culprit && !mail.answer) this.#park(live, failure);
    if (mail.event.type === "started") this.#drop(live, failure);
    else if (live.mailbox.length > 0) this.#ready.add(live);
    else this.rest(live);
  }

  /** Asks for a turn. */
  schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    this.parts.options.clock.defer(() => this.#turn());
  }

  stop(failure: Failure): void {
    this.#stopped = true;
    this.#retry?.();
    this.parts.committer.flush();
    for (const live of this.#lives.values()) {
      for (const mail of live.mailbox) mail.answer?.reject(failure);
    }
    this.#lives.clear();
    this.#ready.clear();
  }

  #turn(): void {
    this.#scheduled = false;
    if (this.#stopped) return;
    const { committer, activities, timers, sweeper, options, limits } = this.parts;
    const until = options.clock.now() + limits.turnMs;
    try {
      timers.fire();
      // Before the slices: nothing goes with the commit that ends it, and whoever started it can still ask for it.
      if (sweeper.due && !committer.trouble) committer.join(sweeper.next());
      for (let slices = 0; slices < limits.turnSlices && options.clock.now() <= until; slices++) {
        const [live] = this.#ready;
        if (!live) break;
        this.#ready.delete(live);
        this.#take(live);
      }
      committer.flush();
      activities.dispatch();
    } catch (error) {
      committer.suffer(error);
    }
    if (committer.trouble) this.#retryLater(committer.trouble);
    else if (this.#ready.size > 0 || committer.waiting > 0 || sweeper.due) this.schedule();
  }

  #take(live: Live): void {
    const mail = live.mailbox.shift();
    if (!mail) return;
    try {
      const awaited = live.readsHere ? undefined : this.parts.loader.awaited(live);
      if (awaited) {
        this.#waitFor(awaited, live, mail);
        return;
      }
      this.#slice(live, mail);
    } catch (error) {
      live.mailbox.unshift(mail);
      if (isStoreFailure(error)) {
        this.#ready.add(live);
        throw error;
      }
      if (mail.event.type === "cancel-requested" && live.origin) this.#force(live, live.origin);
      else this.#park(live, error);
    }
    if (live.mailbox.length > 0) this.#ready.add(live);
  }

  #slice(live: Live, mail: Mail): void {
    const { loader, committer, options, limits } = this.parts;
    const { event: sent } = mail;
    const detached = sent.type === "detached-ended";
    if (!detached && !live.state && !live.ended && !live.start) loader.load(live);
    if (detached || live.ended || (sent.type === "due" && live.state && !live.due)) {
      committer.join(new Discard(this.parts, live, mail));
      return;
    }
    const started = sent.type === "started" || sent.type === "due";
    if (!live.state && !started) {
      // It has not begun; what it was sent comes after its beginning.
      this.#slice(live, due);
      live.mailbox.unshift(mail);
      return;
    }
    const at = Math.max(options.clock.now(), live.lastAt, mail.notBefore ?? 0);
    const event = live.state ? bodyOf(sent) : this.#started(live);
    const tasks = options.durability === "task" ? 1 : limits.sliceTasks;
    const step = this.#step(live, event, at, tasks);
    live.state = step.state;
    live.lastAt = at;
    const text = event.type === "started" ? null : JSON.stringify(event);
    const origin = live.origin as Origin;
    const kept = step.tasks ?? tasks;
    committer.join(new Slice(this.parts, { live, origin, mail, step, event: text, at, tasks: kept }));
  }

  /** Its turn comes when its definition has been read. */
  #waitFor(definition: Promise<Revision>, live: Live, mail: Mail): void {
    live.mailbox.unshift(mail);
    const goOn = () => {
      if (!this.#stopped && this.#lives.get(live.key) === live) this.#enqueue(live);
    };
    const read = (revision: Revision) => {
      live.revision = revision;
      goOn();
    };
    definition.then(read, () => {
      live.readsHere = true;
      goOn();
    });
  }

  /** Cancels an execution that the interpreter cannot take on: without it, and with nothing left behind. */
  #force(live: Live, origin: Origin): void {
    const mail = live.mailbox.shift() as Mail;
    const at = Math.max(this.parts.options.clock.now(), live.lastAt);
    const step = cancelledStep(origin.id, at);
    const event = JSON.stringify(mail.event);
    this.parts.committer.join(new Slice(this.parts, { live, origin, mail, step, event, at, tasks: 0 }));
  }

  #started(live: Live): EventBody {
    if (live.start) {
      const { id, seed, input } = live.start;
      const parsed = live.input ?? (JSON.parse(input) as Json);
      live.input = undefined;
      return { type: "started", id, seed, input: parsed };
    }
    const row = this.parts.executions.byKey(live.key);
    if (!row) throw new Failure("internal", `The execution ${live.key} is gone`);
    return { type: "started", id: row.id, seed: row.seed, input: inputOf(row) };
  }

  #step(live: Live, event: EventBody, at: number, tasks: number): Step {
    const program = (live.revision as Revision).program;
    const { id } = live.origin as Origin;
    const budget = { tasks, steps: this.parts.limits.sliceSteps };
    if (live.oversize) {
      const { stateLength } = this.parts.limits;
      return faultedStep(
        id,
        at,
        `The data of this execution is longer than ${stateLength} characters of JSON`,
      );
    }
    try {
      if (live.state) return advance(program, live.state, { ...event, at }, budget);
      if (event.type === "started") return begin(program, { ...event, at }, budget);
      throw new Error("it has not begun");
    } catch (error) {
      // A state of another format is no defect of the execution: the version that wrote it can go on with it.
      if (error instanceof Failure) throw error;
      // Deterministic as it is, it would break again: a fault says so, and nobody waits for ever.
      const detail = `The interpreter broke: ${error instanceof Error ? error.message : String(error)}`;
      this.parts.options.log("error", detail, { execution: id });
      return faultedStep(id, at, detail);
    }
  }

  /** Takes an execution out of the circle until the next start: another attempt would end the same way. */
  #park(live: Live, reason: unknown): void {
    const message = reason instanceof Error ? reason.message : String(reason);
    const failure = reason instanceof Failure ? reason : new Failure("internal", message, { cause: reason });
    this.#drop(live, failure);
    this.#parked.set(live.key, failure);
    // Whoever waits for its end is told that there will be none.
    this.parts.watchers.notify(live.key);
    this.parts.options.log("error", `An execution cannot go on: ${message}`, { execution: live.key });
  }

  #drop(live: Live, failure: Failure): void {
    for (const mail of live.mailbox.splice(0)) this.#letGo(live, mail, failure);
    this.#ready.delete(live);
    this.#lives.delete(live.key);
  }

  /** It stays in the store; what it holds in memory is free for others. */
  #letGo(live: Live, { answer, slot, event }: Mail, failure: Failure): void {
    answer?.reject(failure);
    if (slot) this.parts.activities.release();
    if (event.type === "timer-fired") this.parts.timers.setAside(live.key, event.timer);
  }

  #enqueue(live: Live): void {
    this.#ready.add(live);
    this.schedule();
  }

  #wake(live: Live): void {
    if (this.#idle.delete(live)) this.#idleBytes -= live.bytes;
  }

  /** Nothing tells when a disk has room again: one attempt at a time, and each request is another. */
  #retryLater(trouble: Failure): void {
    const { clock, log } = this.parts.options;
    if (this.#retry) return;
    log("error", trouble.message);
    const cancel = clock.after(this.parts.limits.retryMs, () => {
      this.#retry = undefined;
      this.schedule();
    });
    this.#retry = cancel;
  }
}

function bodyOf(event: Exclude<Mail["event"], { type: "detached-ended" }>): EventBody {
  return event.type === "due" ? { type: "continued" } : event;
}
