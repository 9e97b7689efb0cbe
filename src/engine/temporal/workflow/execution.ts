import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  makeContinueAsNewFunc,
  proxyActivities,
  proxySinks,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import { standardError } from "../../../dsl/error.ts";
import { Failure } from "../../../failure.ts";
import type { EventBody, Outcome } from "../../../workflow/event.ts";
import { advance, begin, type Step } from "../../../workflow/interpreter.ts";
import type { Program } from "../../../workflow/program.ts";
import type { State } from "../../../workflow/state.ts";
import type { Carried, HostActivities, HostSinks, Origin, Pinned } from "../protocol.ts";
import { hostOptions } from "./activities.ts";
import { isTooLong, tooLong } from "./bytes.ts";
import { childEndedSignal, tellParent } from "./children.ts";
import { Commands } from "./commands.ts";
import { programOf } from "./programs.ts";
import { recordsQuery, Tale, taskBudget } from "./tale.ts";

/** Slices of one turn; the SDK ends a turn of several seconds by force. */
const slicesPerTurn = 16;
/**
 * Events at which a run hands over to the next one as soon as nothing is in flight; at which it begins nothing new, so that
 * this comes; and at which it waits for nothing new either. Temporal ends a run that has 51,200, or 50 MB.
 */
const history = { soft: 4_000, hard: 20_000, full: 40_000, hardBytes: 20_000_000, fullBytes: 40_000_000 };
/** How far a run goes on whose state is too long to be handed over, until it is looked at again. */
const furtherOn = { events: 2_000, bytes: 4_000_000 };
/**
 * What a run tells at most, since a server that takes it over does all of it again. Temporal lets no run be shorter than a
 * second, so that handing over often is slow.
 */
const recordsPerRun = 400_000;

const { turn } = proxyActivities<HostActivities>(hostOptions);
const { news } = proxySinks<HostSinks>();

/** An execution, or the part of it that is one run: ends with its output, a failure, or continue-as-new. */
export async function runExecution(
  pinned: Pinned,
  origin: Origin,
  carried: Carried | undefined,
): Promise<unknown> {
  const run = new ExecutionRun(pinned, origin, carried);
  setHandler(childEndedSignal, ({ child, outcome }) => run.receive({ type: "child-ended", child, outcome }));
  setHandler(recordsQuery, (from, withData, most) => run.tale.page(from, withData, most));
  return CancellationScope.nonCancellable(() => run.live());
}

class ExecutionRun {
  readonly tale: Tale;
  readonly #pinned: Pinned;
  readonly #origin: Origin;
  readonly #program: Program;
  readonly #commands: Commands;
  readonly #inbox: EventBody[] = [];
  #state: State | undefined;
  #outcome: Outcome | undefined;
  #lastAt: number;
  /** Length of the tale when the server last heard that there is more. */
  #heard = 0;
  #slices = 0;
  /** The interpreter waits for `continued`. */
  #owed: boolean;
  #stayUntil = { events: 0, bytes: 0 };

  constructor(pinned: Pinned, origin: Origin, carried: Carried | undefined) {
    this.#pinned = pinned;
    this.#origin = origin;
    this.#program = programOf(pinned);
    this.tale = new Tale(this.#program, carried);
    const receive = (event: EventBody) => this.receive(event);
    this.#commands = new Commands(origin, receive, (detail) => this.#fail(detail));
    this.#state = carried?.state;
    this.#lastAt = carried?.lastAt ?? 0;
    this.#owed = carried?.owed ?? false;
    for (const { timer, at } of carried?.timers ?? []) this.#commands.startTimer(timer, at);
    for (const command of carried?.held ?? []) this.#commands.carryOut(command);
  }

  /** What Temporal was asked to cancel, once. */
  readonly #root = CancellationScope.current();
  #cancelled = false;

  receive(event: EventBody): void {
    this.#inbox.push(event);
  }

  async live(): Promise<unknown> {
    const { id, input, seed } = this.#origin;
    // What came in with the first turn is there only once this function has given way: a cancellation, too.
    await null;
    if (!this.#state) this.#step({ type: "started", id, input, seed });
    for (;;) {
      this.#slices = 0;
      this.#work();
      if (this.#outcome) return this.#end(this.#outcome);
      if (this.#mayMove()) {
        const moved = this.#moveOn();
        if (moved) return moved;
        continue;
      }
      if (this.#owed && !this.#commands.holds) await turn();
      else await condition(() => this.#hasMail() || this.#mayMove());
    }
  }

  /** All that can be done now: what came in, then the slices that the interpreter asks for. */
  #work(): void {
    // What comes of the last activity may be another, and so on: that is where a run can end.
    if (this.#isLong && this.#commands.idle) this.#commands.hold("new");
    while (!this.#outcome) {
      const event = this.#nextMail() ?? this.#nextSlice();
      if (!event) break;
      this.#step(event);
    }
    if (this.tale.length > this.#heard) news.told(this.#origin.id);
    this.#heard = this.tale.length;
  }

  #hasMail(): boolean {
    return this.#inbox.length > 0 || (this.#root.consideredCancelled && !this.#cancelled);
  }

  #nextMail(): EventBody | undefined {
    const event = this.#inbox.shift();
    if (event || !this.#hasMail()) return event;
    this.#cancelled = true;
    return { type: "cancel-requested" };
  }

  #nextSlice(): EventBody | undefined {
    if (!this.#owed || this.#slices >= slicesPerTurn || this.#commands.holds) return undefined;
    this.#owed = false;
    this.#slices += 1;
    return { type: "continued" };
  }

  #step(event: EventBody): void {
    const at = Math.max(Date.now(), this.#lastAt);
    this.#lastAt = at;
    const step = this.#advance(event, at);
    this.#state = step.state;
    this.tale.add(event, at, step.lifecycle, step.state);
    for (const command of step.commands) {
      if (command.type === "end") this.#outcome ??= command.outcome;
      else if (command.type === "continue") this.#owed = true;
      else this.#commands.carryOut(command);
    }
  }

  #advance(event: EventBody, at: number): Step {
    try {
      if (this.#state) return advance(this.#program, this.#state, { ...event, at }, taskBudget);
      if (event.type === "started") return begin(this.#program, { ...event, at }, taskBudget);
      throw new Error("it has not begun");
    } catch (error) {
      // A state of another format is no defect of the execution: the version that wrote it can go on with it.
      if (error instanceof Failure) throw error;
      return this.#faulted(
        at,
        `The interpreter broke: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** An end that the interpreter did not choose. */
  #faulted(at: number, detail: string): Step {
    const { id, input } = this.#origin;
    const error = standardError("runtime", detail);
    const outcome = { status: "faulted", error } as const;
    return {
      state: { id, status: "faulted", input, startedAt: at, outcome },
      commands: [{ type: "end", outcome }],
      lifecycle: [{ type: "workflow.faulted", at, error }],
    };
  }

  #fail(detail: string): Outcome {
    const step = this.#faulted(this.#lastAt, detail);
    this.tale.add(undefined, this.#lastAt, step.lifecycle);
    this.#outcome = (step.state as { outcome: Outcome }).outcome;
    return this.#outcome;
  }

  #mayMove(): boolean {
    const { historyLength, historySize } = workflowInfo();
    const isDue = historyLength > history.hard || historySize > history.hardBytes;
    if (historyLength > history.full) this.#commands.hold("all");
    else if (isDue && !this.#stays) this.#commands.hold("new");
    return this.#isLong && this.#commands.idle && !this.#hasMail();
  }

  get #isLong(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    const isLong = historyLength > history.soft || this.tale.length > recordsPerRun;
    return (isLong || continueAsNewSuggested) && !this.#stays;
  }

  get #stays(): boolean {
    const { historyLength, historySize } = workflowInfo();
    return historyLength < this.#stayUntil.events && historySize < this.#stayUntil.bytes;
  }

  /** Ends the run; undefined: not yet, since its state is too long now and there is room left. */
  #moveOn(): Promise<unknown> | undefined {
    const { memo = {}, startTime, workflowType, historyLength, historySize } = workflowInfo();
    const carried: Carried = {
      state: this.#state as State,
      records: this.tale.next,
      lastAt: this.#lastAt,
      timers: this.#commands.timers,
      held: this.#commands.held,
      owed: this.#owed,
    };
    if (isTooLong(carried)) {
      if (historyLength > history.full || historySize > history.fullBytes)
        return this.#end(this.#fail(tooLong("The data of this execution")));
      this.#stayUntil = {
        events: Math.min(historyLength + furtherOn.events, history.full),
        bytes: Math.min(historySize + furtherOn.bytes, history.fullBytes),
      };
      this.#commands.resume();
      return undefined;
    }
    const startedAt = memo["startedAt"] ?? startTime.getTime();
    const next = makeContinueAsNewFunc<Execution>({ workflowType, memo: { ...memo, startedAt } });
    // The input is in the state as well, and in the first run's history.
    return next(this.#pinned, { ...this.#origin, input: null }, carried);
  }

  async #end(outcome: Outcome): Promise<unknown> {
    const told = fitting(outcome);
    this.#commands.release();
    await this.#commands.settle();
    if (this.#origin.tells) await tellParent(this.#origin.tells, told);
    if (told.status === "completed") return told.output;
    if (told.status === "cancelled") throw new CancelledFailure("The execution was cancelled");
    const { error } = told;
    const message = error.detail ?? error.title ?? error.type;
    throw ApplicationFailure.create({ message, type: error.type, nonRetryable: true, details: [error] });
  }
}

type Execution = (pinned: Pinned, origin: Origin, carried: Carried) => Promise<unknown>;

/** Temporal refuses what is too long; that must not keep an execution from ending. */
function fitting(outcome: Outcome): Outcome {
  if (outcome.status === "completed" && isTooLong(outcome.output ?? null))
    return { status: "faulted", error: standardError("runtime", tooLong("The output")) };
  // An error is told twice: as Temporal's failure, and as it is.
  if (outcome.status === "faulted" && isTooLong([outcome.error, outcome.error])) {
    const { title, detail, ...rest } = outcome.error;
    const cut = (text: string) => `${text.slice(0, 10_000)}…`;
    const texts = { ...(title && { title: cut(title) }), ...(detail && { detail: cut(detail) }) };
    return { status: "faulted", error: { ...rest, ...texts } };
  }
  return outcome;
}
