import type { Failure } from "../../failure.ts";
import type { Command } from "../../workflow/command.ts";
import type { Outcome } from "../../workflow/event.ts";
import type { Step } from "../../workflow/interpreter.ts";
import type { ExecutionStatus } from "../../workflow/lifecycle.ts";
import type { Flight } from "./activities.ts";
import type { Handover } from "./children.ts";
import type { Joined } from "./committer.ts";
import type { ForcedStep } from "./forced.ts";
import { due, type Live, type Mail, type Origin } from "./live.ts";
import { eventCost } from "./loader.ts";
import { observeStep } from "./observer.ts";
import type { Parts } from "./parts.ts";
import { packRecords } from "./records.ts";

/** What is written of one step. */
export interface Taken {
  readonly live: Live;
  readonly origin: Origin;
  readonly mail: Mail;
  readonly step: Step | ForcedStep;
  /** JSON of the event without `at`; null for `started`. */
  readonly event: string | null;
  readonly at: number;
  readonly tasks: number;
}

/** One step of one execution, on its way into the store; its commands are carried out when it is there. */
export class Slice implements Joined {
  readonly #parts: Parts;
  readonly #taken: Taken;
  readonly #outcome: Outcome | undefined;
  readonly #handovers: Handover[] = [];
  readonly #before: { readonly due: boolean; readonly written: Live["written"] };
  readonly #due: boolean;
  readonly #status: ExecutionStatus;
  /** JSON of the state; taken at once, since the next slice of the same batch works on the same object. */
  readonly #snapshot: string | undefined;

  constructor(parts: Parts, taken: Taken) {
    const { live, step, mail, event } = taken;
    this.#parts = parts;
    this.#taken = taken;
    this.#before = { due: live.due, written: live.written };
    this.#outcome = step.commands.find((command) => command.type === "end")?.outcome;
    const goesOn = step.commands.some(({ type }) => type === "continue");
    live.due = !this.#outcome && (goesOn || (live.due && mail.event.type !== "due"));
    this.#due = live.due;
    live.ended = this.#outcome !== undefined;
    this.#status = step.state.status;
    live.written = this.#status;
    live.replay += eventCost + step.lifecycle.length;
    live.bytes += (event?.length ?? 0) + (live.start?.input.length ?? 0);
    live.uncommitted += 1;
    if (!this.#outcome) this.#snapshot = this.#takeSnapshot();
  }

  write(): void {
    const { live, step, event, at, tasks } = this.#taken;
    const { executions, journal, catalog } = this.#parts;
    const outcome = this.#outcome;
    const standing = {
      status: this.#status,
      due: this.#due,
      endedAt: outcome ? at : null,
      outcome,
    };
    if (live.start) {
      if (live.revision) executions.insert(live.start, catalog.keep(live.revision), standing);
      live.start = undefined;
    } else if (outcome || standing.due !== this.#before.due || standing.status !== this.#before.written) {
      executions.update(live.key, standing);
    }
    const position = journal.append(live.key, at, tasks, event, packRecords(step.lifecycle, at));
    consume(this.#parts, live.key, this.#taken.mail);
    for (const command of step.commands) this.#write(command);
    if (outcome) this.#writeEnd(outcome);
    else if (this.#snapshot !== undefined) journal.saveSnapshot(live.key, position, this.#snapshot);
  }

  committed(): void {
    const { live, mail, step } = this.#taken;
    const { runner, watchers, counts } = this.#parts;
    live.uncommitted -= 1;
    counts.change(this.#before.written, this.#outcome ? undefined : this.#status);
    for (const command of step.commands) this.#carryOut(command);
    for (const { execution, mail: handed, born } of this.#handovers) {
      if (born) counts.change(undefined, "pending");
      runner.deliver(execution, handed);
    }
    settle(this.#parts, live.key, mail);
    if (this.#outcome) {
      this.#parts.activities.cancelAll(live.key);
      this.#parts.sweeper.ended(this.#taken.at);
    }
    const { observer } = this.#parts.options;
    if (observer && live.revision) observeStep(observer, step, live.revision, this.#taken.origin.depth);
    if (step.lifecycle.length > 0) watchers.notify(live.key);
    mail.answer?.resolve();
    runner.rest(live);
  }

  failed(failure: Failure, culprit: boolean): void {
    const { live, mail } = this.#taken;
    live.uncommitted -= 1;
    live.unload();
    this.#parts.runner.giveBack(live, mail, failure, culprit);
  }

  #write(command: Command): void {
    const { live, origin, at } = this.#taken;
    const { activities, timers, children, inbox, options } = this.#parts;
    switch (command.type) {
      case "run-activity":
        activities.insert(this.#flight(command), command.request);
        break;
      case "cancel-activity":
        activities.delete(live.key, command.activity);
        break;
      case "start-timer":
        timers.insert(live.key, command.timer, command.at);
        break;
      case "cancel-timer":
        timers.delete(live.key, command.timer);
        break;
      case "start-child":
        this.#handOver(children.start(live, origin, command, at, options.random.uint32()));
        break;
      case "cancel-child":
        this.#handOver(children.cancel(origin, command.child));
        break;
      case "emit":
        inbox.insert(command.event, at);
        break;
    }
  }

  #carryOut(command: Command): void {
    const { live } = this.#taken;
    const { activities, timers, runner } = this.#parts;
    switch (command.type) {
      case "run-activity":
        activities.add(this.#flight(command));
        break;
      case "cancel-activity":
        activities.cancel(live.key, command.activity);
        break;
      case "start-timer":
        timers.arm(command.at);
        break;
      case "continue":
        runner.deliver(live.key, due);
        break;
    }
  }

  #flight({ activity, task, await: awaited }: Extract<Command, { type: "run-activity" }>): Flight {
    const { live, origin } = this.#taken;
    const detached = awaited === false ? 1 : 0;
    return { execution: live.key, executionId: origin.id, activity, task, detached };
  }

  #handOver(handover: Handover | undefined): void {
    if (handover) this.#handovers.push(handover);
  }

  /** The execution's timers and activities go with it; a parent that waits hears of the end. */
  #writeEnd(outcome: Outcome): void {
    const { live, origin, mail, step } = this.#taken;
    const { activities, timers, journal, children, executions } = this.#parts;
    if ("forced" in step) {
      for (const child of executions.awaitedBy(live.key)) {
        this.#handOver(children.deliver(child, { type: "cancel-requested" }));
      }
    }
    if (mail.event.type !== "started") {
      activities.deleteAll(live.key);
      timers.deleteAll(live.key);
      journal.dropSnapshot(live.key);
    }
    if (origin.parentKey === null || origin.child === null) return;
    this.#handOver(children.deliver(origin.parentKey, { type: "child-ended", child: origin.child, outcome }));
  }

  /** Once a replay would cost more than reading the state, the state is written. */
  #takeSnapshot(): string | undefined {
    const { live, step } = this.#taken;
    const { replayCost, stateLength } = this.#parts.limits;
    if (live.replay < replayCost + live.snapshotLength / 128) return undefined;
    const text = JSON.stringify(step.state);
    live.oversize = text.length > stateLength;
    if (live.oversize) return undefined;
    live.replay = 0;
    live.snapshotLength = text.length;
    live.bytes = text.length;
    return text;
  }
}

/** An event to an execution that has ended: it only leaves the store. */
export class Discard implements Joined {
  readonly #parts: Parts;
  readonly #live: Live;
  readonly #mail: Mail;

  constructor(parts: Parts, live: Live, mail: Mail) {
    this.#parts = parts;
    this.#live = live;
    this.#mail = mail;
    live.uncommitted += 1;
  }

  write(): void {
    consume(this.#parts, this.#live.key, this.#mail);
  }

  committed(): void {
    this.#live.uncommitted -= 1;
    settle(this.#parts, this.#live.key, this.#mail);
    if (this.#mail.event.type === "detached-ended") this.#parts.sweeper.released();
    this.#mail.answer?.resolve();
    this.#parts.runner.rest(this.#live);
  }

  failed(failure: Failure, culprit: boolean): void {
    this.#live.uncommitted -= 1;
    this.#live.unload();
    this.#parts.runner.giveBack(this.#live, this.#mail, failure, culprit);
  }
}

/** Within a transaction: what waited in the store for this event is done. */
function consume({ timers, activities, deliveries }: Parts, execution: number, mail: Mail): void {
  const { event, delivery } = mail;
  if (delivery !== undefined) deliveries.delete(delivery);
  if (event.type === "timer-fired") timers.delete(execution, event.timer);
  if ("activity" in event) activities.delete(execution, event.activity);
}

function settle({ timers, activities }: Parts, execution: number, { event, slot }: Mail): void {
  if (event.type === "timer-fired") timers.settle(execution, event.timer);
  if (slot) activities.release();
}
