import { describe, expect, test } from "bun:test";
import { advance, refusalOf, refused, settled, world } from "./link-world.ts";

describe("the link to Temporal", () => {
  test("waits 1, 2, 4, 8, 16, 30 seconds, and five minutes after ten failures", async () => {
    const { clock, link, state } = world();
    state.dialError = refused();
    void link.open();
    await settled();
    const waits: number[] = [];
    for (let failure = 1; failure <= 12; failure++) {
      const { nextAttemptAt = 0, attempts } = link.status;
      expect(attempts).toBe(failure);
      waits.push((nextAttemptAt - clock.now()) / 1000);
      expect(link.status.state).toBe(failure < 10 ? "reconnecting" : "open-circuit");
      await advance(clock, nextAttemptAt - clock.now());
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 300, 300, 300]);
  });

  test("spreads its attempts by a fifth", async () => {
    const { clock, link, state } = world(0);
    state.dialError = refused();
    void link.open();
    await settled();
    expect((link.status.nextAttemptAt ?? 0) - clock.now()).toBe(800);
  });

  test("begins anew after any success", async () => {
    const { clock, link, state } = world();
    state.dialError = refused();
    void link.open();
    await settled();
    for (let failure = 1; failure <= 11; failure++) await advance(clock, 300_000);
    expect(link.status.state).toBe("open-circuit");
    state.dialError = undefined;
    await advance(clock, 300_000);
    expect(link.status).toMatchObject({ state: "connected", attempts: 0, workersRunning: 1 });
    state.dialError = refused();
    state.checkError = refused();
    await advance(clock, 15_000);
    expect(link.status).toMatchObject({ state: "reconnecting", attempts: 1 });
    expect((link.status.nextAttemptAt ?? 0) - clock.now()).toBe(1_000);
  });

  test.each([
    ["namespace", "Namespace nowhere is not found", 5],
    ["permission", "Request unauthorized", 7],
    ["credentials", "invalid key", 16],
    ["authority", "invalid peer certificate: UnknownIssuer", undefined],
  ])("is rejected, not down, when Temporal says so: %s", async (word, message, code) => {
    const { clock, link, state } = world();
    state.dialError = Object.assign(new Error(message), { code });
    void link.open();
    await settled();
    expect(link.status.state).toBe("rejected");
    expect(link.status.lastError).toContain(word);
    expect((link.status.nextAttemptAt ?? 0) - clock.now()).toBe(300_000);
    expect(await refusalOf(link.call(async () => 1))).toMatchObject({
      code: "unavailable",
      reason: "temporal-rejected",
    });
  });

  test("refuses calls at once while it is down, and says when the next attempt is", async () => {
    const { link, state } = world();
    state.dialError = refused();
    void link.open();
    await settled();
    const failure = await refusalOf(link.call(async () => 1));
    expect(failure.code).toBe("unavailable");
    expect(failure.message).toContain("Connection refused");
    expect(failure.message).toEndWith("the next attempt is in 1 s");
    expect(failure.details).toEqual({ state: "reconnecting", nextAttemptInMs: 1_000 });
    // Nothing is started by `get` and `cancel`, which say the same.
    expect(failure.hint).toStartWith("Try again then; ");
  });

  test("always names a time while it is not connected", async () => {
    const { clock, link, state } = world();
    void link.open();
    await settled();
    expect(link.status).not.toHaveProperty("nextAttemptAt");
    const session = await link.call(async (one) => one);
    Object.assign(session, { check: () => new Promise(() => {}) });
    state.silent = true;
    const failure = refusalOf(link.call(() => new Promise(() => {})));
    for (let ms = 0; ms < 900; ms += 50) await advance(clock, 50);
    expect((await failure).message).toEndWith("the next attempt is in at most 5 s");
    expect(link.status).toMatchObject({ state: "unhealthy", isAttempting: false });
    for (let ms = 0; ms < 5_000; ms += 50) await advance(clock, 50);
    const late = refusalOf(link.call(async () => 1));
    await advance(clock, 500);
    expect((await late).message).toMatch(
      /; the next attempt is under way, the one after it in at most [56] s$/,
    );
    const { nextAttemptAt = 0 } = link.status;
    expect(link.status).toMatchObject({ state: "reconnecting", isAttempting: true });
    expect(clock.now() - nextAttemptAt).toBeWithin(500, 1_000);
    await advance(clock, 5_000);
    expect(link.status).toMatchObject({ isAttempting: false, nextAttemptAt: clock.now() + 1_000 });
  });

  test("says that a connection is refused, where that is known, instead of that nothing answers", async () => {
    const { clock, link } = world();
    void link.open();
    await settled();
    const session = await link.call(async (one) => one);
    const message = "nobody listens";
    Object.assign(session, {
      check: () => new Promise(() => {}),
      whySilent: async () => ({ kind: "down", message }),
    });
    const failure = refusalOf(link.call(() => new Promise(() => {})));
    for (let ms = 0; ms < 900; ms += 50) await advance(clock, 50);
    expect((await failure).message).toContain(`cannot be used: ${message}; the next`);
  });

  test("gives a call up below a second when nothing answers, and uses the session again when it does", async () => {
    const { clock, link } = world();
    const checks: (() => void)[] = [];
    void link.open();
    await settled();
    const session = await link.call(async (one) => one);
    Object.assign(session, { check: () => new Promise<void>((resolve) => checks.push(resolve)) });
    const failure = refusalOf(link.call(() => new Promise(() => {})));
    for (let ms = 0; ms < 900; ms += 50) await advance(clock, 50);
    expect((await failure).code).toBe("unavailable");
    expect(link.status.state).toBe("unhealthy");
    for (const answer of checks) answer();
    await settled();
    expect(link.status).toMatchObject({ state: "connected", workersRunning: 1 });
    expect(await link.call(async ({ left }) => left)).toBe(1);
  });

  test("lets go of a session that stays silent", async () => {
    const { clock, link, state } = world();
    void link.open();
    await settled();
    const session = await link.call(async (one) => one);
    Object.assign(session, { check: () => new Promise(() => {}) });
    await advance(clock, 15_000);
    for (let ms = 0; ms < 6_000; ms += 50) await advance(clock, 50);
    expect(state).toMatchObject({ dials: 2, closed: 1 });
    expect(await link.call(async ({ left }) => left)).toBe(2);
  });

  test("shows no half of a session while it is swapped a thousand times", async () => {
    const { clock, link, state } = world();
    void link.open();
    await settled();
    let read = 0;
    const reading = async () => {
      const seen = await link.call(async ({ left, right }) => [left, right]).catch(() => undefined);
      if (!seen) return;
      read += 1;
      expect(seen[0]).toBe(seen[1]!);
    };
    for (let swap = 0; swap < 1_000; swap++) {
      state.checkError = refused();
      const during = Promise.all([reading(), reading(), reading()]);
      clock.advance(15_000);
      await during;
      await settled();
      state.checkError = undefined;
    }
    expect(state.dials).toBe(1_001);
    expect(state.closed).toBe(1_000);
    expect(read).toBeGreaterThan(1_000);
    expect(clock.armed.length).toBeLessThan(10);
  });

  test("keeps what went wrong last, and since when the connection lasts", async () => {
    const { clock, link, state } = world();
    state.dialError = refused();
    void link.open();
    await settled();
    state.dialError = undefined;
    const failedAt = clock.now();
    expect(link.status).toMatchObject({ lastErrorAt: failedAt, workersRunning: 0 });
    expect(link.status).not.toHaveProperty("connectedSince");
    await advance(clock, 1_000);
    expect(link.status).toMatchObject({
      state: "connected",
      lastErrorAt: failedAt,
      connectedSince: failedAt + 1_000,
      workersRunning: 1,
      attemptsTotal: 2,
    });
    expect(link.status.lastError).toContain("Connection refused");
  });

  test("sends nothing that must not be left behind before it knows that Temporal is there", async () => {
    const { clock, link, state } = world();
    void link.open();
    await settled();
    const sent: string[] = [];
    const send = (what: string) => link.surely(async () => sent.push(what));
    await send("at once");
    await advance(clock, 51);
    state.checkError = refused();
    expect((await refusalOf(send("into the void"))).code).toBe("unavailable");
    expect(sent).toEqual(["at once"]);
    state.checkError = undefined;
    await advance(clock, 1_000);
    await send("later");
    expect(sent).toEqual(["at once", "later"]);
  });

  test("keeps nothing of what was called, while the session lasts", async () => {
    const { link } = world();
    void link.open();
    await settled();
    const answers: WeakRef<object>[] = [];
    for (let at = 0; at < 200; at++) {
      const answer = await (at % 2 === 0 ? link.call : link.hold).call(link, async () => ({ at }));
      answers.push(new WeakRef(answer as object));
    }
    await settled();
    Bun.gc(true);
    expect(answers.filter((answer) => answer.deref() !== undefined).length).toBeLessThan(20);
  });

  test("tells transitions, and no single attempt", async () => {
    const { clock, link, log, state } = world();
    state.dialError = refused();
    void link.open();
    await settled();
    for (let failure = 1; failure <= 20; failure++) await advance(clock, 300_000);
    state.dialError = undefined;
    await advance(clock, 300_000);
    await link.close();
    expect(log).toEqual([
      'warn Temporal at "temporal.test:7233": reconnecting',
      'warn Temporal at "temporal.test:7233": open-circuit',
      'info Temporal at "temporal.test:7233": connected',
      'info Temporal at "temporal.test:7233": closed',
    ]);
  });
});
