import { first } from "./first.ts";

/** The items as they come. Rejects `TransportBroken` when none comes for so long: a server that was frozen says nothing. */
export async function* unlessSilent<T>(items: AsyncIterable<T>, silenceMs: number): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = iterator.next();
      if ((await first({ next }, silenceMs)) === "deadline") {
        next.catch(() => {});
        const { TransportBroken } = await import("./rpc.ts");
        throw new TransportBroken(`The server has said nothing for ${silenceMs / 1000} s`);
      }
      const { done, value } = await next;
      if (done) return;
      yield value;
    }
  } finally {
    // Not awaited: it would wait for the item that does not come. Whoever opened the stream aborts it.
    iterator.return?.(undefined)?.catch(() => {});
  }
}
