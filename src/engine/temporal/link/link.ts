import { Failure } from "../../../failure.ts";
import { attempt } from "./attempt.ts";
import { backoffMs, circuitAfter, rejectedMs } from "./backoff.ts";
import { Loss } from "./loss.ts";
import { askSession } from "./patience.ts";
import { periods } from "./periods.ts";
import type { LinkOptions, LinkState, LinkStatus, Session } from "./session.ts";
import { isSuspect, type Trouble, troubleOf, wordsOf } from "./trouble.ts";
import { unavailable } from "./unavailable.ts";

/**
 * Keeps a session with Temporal. One session is current, or none: it is made whole before it is shown to anybody, and
 * replaced as a whole. What fails is told at once to everyone who waits.
 */
export class Link<S extends Session> {
  readonly #options: LinkOptions<S>;
  #session: S | undefined;
  /** That the session is lost, or not to be relied upon. */
  #lost = new Loss();
  #state: LinkState = "connecting";
  #since: number;
  /** When Temporal answered last. */
  #heardAt = 0;
  #failures = 0;
  #attempts = 0;
  /** While not connected: when the next attempt is due, or when that which is under way began. */
  #nextAttemptAt: number | undefined;
  #trouble: Trouble | undefined;
  #last: { readonly message: string; readonly at: number } | undefined;
  #acceptedAt = 0;
  #cancelTimer: () => void = () => {};
  #checking: Promise<void> | undefined;
  /** The attempt to connect that is under way; never rejects. */
  #attempt: Promise<void> | undefined;
  #up = Promise.withResolvers<void>();
  readonly #closing = new Set<Promise<unknown>>();

  constructor(options: LinkOptions<S>) {
    this.#options = options;
    this.#since = options.clock.now();
  }

  /** Begins. Resolves with the outcome of the first attempt, whatever it is, and after a while without one. */
  async open(): Promise<void> {
    this.#connect();
    if (this.#attempt) await this.#within(periods.firstMs, this.#attempt);
  }

  /** Resolves once connected. */
  get connected(): Promise<void> {
    return this.#up.promise;
  }

  /** Why the session cannot be used now; undefined: it can. */
  get absence(): Failure | undefined {
    return this.#state === "connected" ? undefined : this.#unavailable();
  }

  get status(): LinkStatus {
    const worker = this.#session?.worker?.();
    const running = worker?.running ?? this.#session !== undefined;
    return {
      state: this.#state,
      since: this.#since,
      attempts: this.#failures,
      attemptsTotal: this.#attempts,
      isAttempting: this.#attempt !== undefined,
      ...(this.#nextAttemptAt !== undefined && { nextAttemptAt: this.#nextAttemptAt }),
      ...(this.#last && { lastError: this.#last.message, lastErrorAt: this.#last.at }),
      ...(this.#session && { connectedSince: this.#acceptedAt }),
      workersRunning: running ? 1 : 0,
      polls: { workflows: worker?.pollsWorkflows ? 1 : 0, activities: worker?.pollsActivities ? 1 : 0 },
      executionsCached: worker?.executionsCached ?? 0,
    };
  }

  /** Does something with the session; rejects with `unavailable` while there is none, and as soon as it is lost. */
  async call<T>(work: (session: S) => Promise<T>): Promise<T> {
    const session = await this.#current();
    const cancel = this.#options.clock.after(periods.suspectMs, () => void this.#check());
    try {
      const answer = await this.#lost.unless(work(session));
      this.#heardAt = this.#options.clock.now();
      return answer;
    } catch (error) {
      if (error instanceof Failure || !isSuspect(error)) throw error;
      await this.#check();
      if (this.#session === session && this.#state === "connected") throw error;
      throw this.#unavailable();
    } finally {
      cancel();
    }
  }

  /**
   * As `call`, for what is not to be on its way when nobody is there: the SDK sends again for a while what it could not send,
   * whatever became of who asked.
   */
  async surely<T>(work: (session: S) => Promise<T>): Promise<T> {
    await this.#current();
    if (this.#options.clock.now() - this.#heardAt > periods.freshMs) await this.#check();
    return this.call(work);
  }

  /** As `call`, for what may take as long as it likes: it ends with the session. */
  async hold<T>(work: (session: S) => Promise<T>): Promise<T> {
    const session = await this.#current();
    return this.#lost.unless(work(session));
  }

  async close(): Promise<void> {
    this.#cancelTimer();
    this.#nextAttemptAt = undefined;
    this.#enter("closed");
    this.#drop(this.#unavailable());
    // Nobody waits for what does not come any more.
    this.#up.resolve();
    await Promise.allSettled(this.#closing);
  }

  /** A connection that is just being made is worth a short wait. */
  async #current(): Promise<S> {
    if (!this.#session && this.#attempt) await this.#within(periods.attemptMs, this.#attempt);
    if (!this.#session || this.#state !== "connected") throw this.#unavailable();
    return this.#session;
  }

  async #within(ms: number, promise: Promise<unknown>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(ms, resolve);
    await Promise.race([promise, late]);
    cancel();
  }

  #connect(): void {
    this.#attempt = this.#tryOnce().finally(() => {
      this.#attempt = undefined;
    });
  }

  async #tryOnce(): Promise<void> {
    this.#cancelTimer();
    this.#nextAttemptAt = this.#options.clock.now();
    this.#attempts += 1;
    try {
      const session = await attempt(this.#options, (late) => this.#retire(late));
      if (this.#state === "closed") return void this.#retire(session);
      this.#accept(session);
    } catch (error) {
      if (this.#state !== "closed") this.#missed(troubleOf(error));
    }
  }

  #accept(session: S): void {
    this.#session = session;
    this.#acceptedAt = this.#options.clock.now();
    this.#settle();
    const ended = (trouble: Trouble) => {
      if (this.#session === session) this.#lose(trouble);
    };
    session.ended.then(
      () => ended({ kind: "down", message: "the worker ended" }),
      (error: unknown) => ended(troubleOf(error)),
    );
  }

  /** The session can be relied upon. */
  #settle(): void {
    this.#lost = new Loss();
    this.#failures = 0;
    this.#trouble = undefined;
    this.#nextAttemptAt = undefined;
    this.#enter("connected");
    this.#up.resolve();
    this.#watch();
  }

  #missed(trouble: Trouble): void {
    this.#failures += 1;
    this.#blame(trouble);
    const rejected = trouble.kind === "rejected";
    const waitMs = rejected ? rejectedMs : backoffMs(this.#failures, this.#options.random());
    const opened = this.#failures >= circuitAfter ? "open-circuit" : "reconnecting";
    this.#nextAttemptAt = this.#options.clock.now() + waitMs;
    this.#enter(rejected ? "rejected" : opened);
    this.#cancelTimer = this.#options.clock.after(waitMs, () => this.#connect());
  }

  #watch(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(periods.healthMs, async () => {
      await this.#check();
      if (this.#state === "connected") this.#watch();
    });
  }

  /** One check at a time: short at first, and when that fails, a patient one, while calls are refused already. */
  #check(): Promise<void> {
    this.#checking ??= this.#verdict().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #verdict(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const trouble = await this.#ask(session, periods.verdictMs);
    if (!trouble || this.#session !== session) return;
    this.#blame(trouble);
    this.#up = Promise.withResolvers<void>();
    this.#nextAttemptAt = this.#options.clock.now() + periods.patienceMs;
    this.#enter("unhealthy");
    this.#lost.tell(this.#unavailable());
    void this.#decide(session);
  }

  async #decide(session: S): Promise<void> {
    const trouble = await this.#ask(session, periods.patienceMs);
    if (this.#session !== session) return;
    if (trouble) this.#lose(trouble);
    else this.#settle();
  }

  async #ask(session: S, withinMs: number): Promise<Trouble | undefined> {
    const trouble = await askSession(session, withinMs, this.#options.clock);
    if (!trouble) this.#heardAt = this.#options.clock.now();
    return trouble;
  }

  /** Anew at once, with the credentials of now; but after a session that was hardly one, it would come to the same. */
  #lose(trouble: Trouble): void {
    if (this.#state === "connected") this.#up = Promise.withResolvers<void>();
    this.#cancelTimer();
    if (this.#options.clock.now() - this.#acceptedAt < periods.steadyMs) {
      this.#missed(trouble);
      this.#drop(this.#unavailable());
      return;
    }
    this.#blame(trouble);
    this.#nextAttemptAt = this.#options.clock.now();
    this.#enter(trouble.kind === "rejected" ? "rejected" : "reconnecting");
    this.#drop(this.#unavailable());
    this.#connect();
  }

  #blame(trouble: Trouble): void {
    this.#trouble = trouble;
    this.#last = { message: wordsOf(trouble), at: this.#options.clock.now() };
  }

  #drop(reason: Failure): void {
    const session = this.#session;
    this.#session = undefined;
    this.#lost.tell(reason);
    if (session) this.#retire(session);
  }

  #retire(session: S): void {
    const closing = session.close().catch(() => {});
    this.#closing.add(closing);
    closing.finally(() => this.#closing.delete(closing));
  }

  /** Transitions are told, attempts are not. */
  #enter(state: LinkState): void {
    if (state === this.#state) return;
    const { clock, log, address } = this.#options;
    log(state === "connected" || state === "closed" ? "info" : "warn", `Temporal at "${address}": ${state}`, {
      from: this.#state,
      afterMs: clock.now() - this.#since,
      ...(this.#trouble && state !== "closed" && { error: wordsOf(this.#trouble) }),
      ...(this.#nextAttemptAt !== undefined && {
        nextAttemptAt: new Date(this.#nextAttemptAt).toISOString(),
      }),
    });
    this.#state = state;
    this.#since = clock.now();
  }

  #unavailable(): Failure {
    const { address, clock } = this.#options;
    return unavailable(address, this.status, clock.now());
  }
}
