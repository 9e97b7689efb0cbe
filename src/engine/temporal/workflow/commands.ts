import {
  CancellationScope,
  proxyActivities,
  proxySinks,
  sleep,
  startChild as startWorkflow,
} from "@temporalio/workflow";
import { digest } from "../../../dsl/digest.ts";
import { standardError } from "../../../dsl/error.ts";
import type { JsonObject } from "../../../expression/json.ts";
import type { Command } from "../../../workflow/command.ts";
import type { EventBody } from "../../../workflow/event.ts";
import {
  type ActivityOrder,
  bounds,
  detachedKey,
  eventDigestOf,
  eventKey,
  type HostActivities,
  type HostSinks,
  type Origin,
  types,
} from "../protocol.ts";
import { activityOptions } from "./activities.ts";
import { bytesOf, tooLong } from "./bytes.ts";
import { cancelChild, type StartChild, startChild } from "./children.ts";
import { Portions } from "./portions.ts";
import { queueOf } from "./queue.ts";

type RunActivity = Extract<Command, { type: "run-activity" }>;

const { news } = proxySinks<HostSinks>();

/** Carries out what the interpreter asks for, in Temporal's terms; what comes of it is given to `report`. */
export class Commands {
  readonly #origin: Origin;
  readonly #report: (event: EventBody) => void;
  readonly #fail: (detail: string) => void;
  readonly #activities = new Map<string, CancellationScope>();
  readonly #timers = new Map<string, { readonly at: number; readonly scope: CancellationScope }>();
  /** Children whose start has not been answered. */
  readonly #starting = new Map<string, Promise<unknown>>();
  readonly #underway = new Set<Promise<unknown>>();
  readonly #portions = new Portions();
  #held: Command[] = [];
  #holding: "new" | "all" | undefined;

  /** `fail` ends the execution with an error that no task can catch. */
  constructor(origin: Origin, report: (event: EventBody) => void, fail: (detail: string) => void) {
    this.#origin = origin;
    this.#report = report;
    this.#fail = fail;
  }

  /** Whether a run may end here: nothing is in flight that the next run would not hear of. */
  get idle(): boolean {
    return this.#activities.size === 0 && this.#underway.size === 0;
  }

  get timers(): { timer: string; at: number }[] {
    return [...this.#timers].map(([timer, { at }]) => ({ timer, at }));
  }

  get held(): readonly Command[] {
    return this.#held;
  }

  /** From now on nothing new is begun, or not even waited for: it is for the next run. */
  hold(what: "new" | "all"): void {
    this.#holding = what;
  }

  get holds(): boolean {
    return this.#holding !== undefined;
  }

  /** There is no next run yet. */
  resume(): void {
    this.#holding = undefined;
    for (const command of this.#held.splice(0)) this.carryOut(command);
  }

  /** There is no next run: what nobody waits for is begun after all. */
  release(): void {
    this.#holding = undefined;
    for (const command of this.#held.splice(0)) {
      if (command.type === "emit" || ("await" in command && !command.await)) this.carryOut(command);
    }
  }

  /** Resolves when nothing is under way. */
  async settle(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  carryOut(command: Command): void {
    switch (command.type) {
      case "run-activity":
      case "start-child":
      case "emit":
        if (this.holds) this.#held.push(command);
        else this.#start(command);
        break;
      case "cancel-activity":
        this.#cancelActivity(command.activity);
        break;
      case "start-timer":
        this.startTimer(command.timer, command.at);
        break;
      case "cancel-timer":
        this.#timers.get(command.timer)?.scope.cancel();
        this.#timers.delete(command.timer);
        break;
      case "cancel-child":
        this.#cancelChild(command.child);
        break;
    }
  }

  startTimer(timer: string, at: number): void {
    const scope = new CancellationScope();
    this.#timers.set(timer, { at, scope });
    if (this.#holding === "all") return;
    scope
      .run(() => sleep(Math.max(1, at - Date.now())))
      .then(
        () => {
          this.#timers.delete(timer);
          this.#report({ type: "timer-fired", timer });
        },
        () => {},
      );
  }

  #start(command: Extract<Command, { type: "run-activity" | "start-child" | "emit" }>): void {
    if (command.type === "emit") this.#track(this.#emit(command.event));
    else if (command.type === "start-child") this.#startChild(command);
    else if (command.await === false) this.#track(this.#detach(this.#order(command)));
    else this.#runActivity(command);
  }

  #order({ activity, task, request }: RunActivity): ActivityOrder {
    const { id, traceparent } = this.#origin;
    return { execution: id, activity, task, request, ...(traceparent !== undefined && { traceparent }) };
  }

  #runActivity(command: RunActivity): void {
    const { activity } = command;
    const order = this.#order(command);
    const bytes = bytesOf(order);
    if (bytes > bounds.payloadBytes) {
      const error = standardError("runtime", tooLong("What this task sends"), { instance: command.task });
      this.#report({ type: "activity-failed", activity, error });
      return;
    }
    const scope = new CancellationScope();
    this.#activities.set(activity, scope);
    const room = this.#portions.room(bytes);
    const { run } = proxyActivities<HostActivities>(activityOptions(activity));
    const ended = (event: EventBody) => {
      if (this.#activities.delete(activity)) this.#report(event);
    };
    scope
      .run(() => (room ? room.then(() => run(order)) : run(order)))
      .then(
        (answer) =>
          ended(
            "error" in answer
              ? { type: "activity-failed", activity, error: answer.error }
              : { type: "activity-completed", activity, output: answer.output },
          ),
        (reason) =>
          ended({ type: "activity-failed", activity, error: standardError("runtime", whyOf(reason)) }),
      );
  }

  #cancelActivity(activity: string): void {
    this.#held = this.#held.filter(
      (command) => command.type !== "run-activity" || command.activity !== activity,
    );
    const scope = this.#activities.get(activity);
    if (!scope) return;
    this.#activities.delete(activity);
    scope.cancel();
    news.cancelled(this.#origin.id, activity);
  }

  #startChild(command: StartChild): void {
    const { child } = command;
    const started = startChild(this.#origin, command, this.#portions).then((error) => {
      this.#starting.delete(child);
      if (error && command.await)
        this.#report({ type: "child-ended", child, outcome: { status: "faulted", error } });
    });
    this.#starting.set(child, started);
    this.#track(started);
  }

  #cancelChild(child: string): void {
    const held = this.#held.some((command) => command.type === "start-child" && command.child === child);
    this.#held = this.#held.filter((command) => command.type !== "start-child" || command.child !== child);
    if (held) return;
    const started = this.#starting.get(child) ?? Promise.resolve();
    this.#track(started.then(() => cancelChild(this.#origin, child)));
  }

  async #detach(order: ActivityOrder): Promise<void> {
    // Nobody waits for it, and so nobody hears of it either.
    const bytes = bytesOf(order);
    if (bytes > bounds.payloadBytes) return;
    const room = this.#portions.room(bytes);
    if (room) await room;
    const workflowId = detachedKey(queueOf(order.execution), order.execution, order.activity);
    const child = { workflowId, args: [order], parentClosePolicy: "ABANDON" } as const;
    await startWorkflow(types.detached, child).catch(() => {});
  }

  async #emit(event: JsonObject): Promise<void> {
    const bytes = bytesOf(event);
    if (bytes > bounds.payloadBytes) return this.#fail(tooLong("An event"));
    const room = this.#portions.room(bytes);
    if (room) await room;
    const workflowId = eventKey(queueOf(this.#origin.id), digest(eventDigestOf(event)));
    const child = { workflowId, args: [event], parentClosePolicy: "ABANDON" } as const;
    // The same source and id is the same event, and is kept already.
    await startWorkflow(types.event, { ...child, workflowIdReusePolicy: "REJECT_DUPLICATE" }).catch(() => {});
  }

  #track(promise: Promise<unknown>): void {
    this.#underway.add(promise);
    promise.finally(() => this.#underway.delete(promise));
  }
}

function whyOf(reason: unknown): string {
  const { cause, message } = reason as Error;
  return cause instanceof Error ? cause.message : message;
}
