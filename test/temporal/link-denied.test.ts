import { describe, expect, test } from "bun:test";
import { advance, refusalOf, settled, world } from "./link-world.ts";

describe("a link to Temporal that is not wanted any more", () => {
  test("waits, instead of trying at once, after a session that ended as soon as it was there", async () => {
    const { clock, link, state } = world();
    state.ended = Promise.reject(Object.assign(new Error("Request unauthorized."), { code: 7 }));
    void link.open();
    await settled();
    expect(link.status).toMatchObject({ state: "rejected", workersRunning: 0 });
    expect(state).toMatchObject({ dials: 1, closed: 1 });
    expect((link.status.nextAttemptAt ?? 0) - clock.now()).toBe(300_000);
    expect((await refusalOf(link.call(async () => 1))).hint).toContain("`pawl doctor`");
    state.ended = new Promise(() => {});
    await advance(clock, 300_000);
    expect(link.status.state).toBe("connected");
  });

  test("dials anew at once when a session that was good is not accepted any more", async () => {
    const { clock, link, log, state } = world();
    void link.open();
    await settled();
    state.checkError = Object.assign(new Error("the key was replaced"), { code: 16 });
    await advance(clock, 15_000);
    expect(state.dials).toBe(2);
    expect(link.status).toMatchObject({ state: "connected", attempts: 0 });
    expect(log.map((line) => line.split(": ")[1])).toEqual([
      "connected",
      "unhealthy",
      "rejected",
      "connected",
    ]);
  });

  test("looks at the connection when a call is not accepted", async () => {
    const { link, state } = world();
    void link.open();
    await settled();
    const denied = Object.assign(new Error("expired"), { code: 16 });
    state.checkError = denied;
    const failure = await refusalOf(link.call(() => Promise.reject(denied)));
    expect(failure).toMatchObject({ code: "unavailable" });
  });
});
