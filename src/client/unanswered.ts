import type { Home } from "../config/home.ts";
import type { Deadline } from "./first.ts";
import { introduce } from "./handshake.ts";

/** After so long a person wonders. */
const quietMs = 2_000;
/** Within which a server that merely works would say that it is there. */
const answerMs = 1_000;

/** Tells, once, that a server lives and does not answer, when something takes long; until it is disposed of. */
export function tellUnanswered(home: Home, deadline: Deadline, notice: (line: string) => void): Disposable {
  const over = new AbortController();
  const tell = async () => {
    const answer = await introduce(home, answerMs, over.signal);
    if (answer.kind === "server" || answer.kind === "stranger") return;
    const { whyNot } = await import("./diagnosis.ts");
    const { platform } = await import("../daemon/platform/platform.ts");
    const kernel = await platform();
    if (over.signal.aborted) return;
    const waitedMs = deadline.totalMs - deadline.remainingMs();
    const { message, hint, reason } = whyNot(kernel, home, waitedMs);
    if (reason !== "server-not-answering") return;
    const more = Math.ceil(deadline.remainingMs() / 1000);
    notice(`${message}, waiting for ${more} s more. ${hint}`);
  };
  const timer = setTimeout(() => {
    // Whoever waits hears the reason from the call itself.
    tell().catch(() => {});
  }, quietMs);
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      over.abort();
    },
  };
}
