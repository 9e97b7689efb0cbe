import { connect } from "node:net";
import { hostOf } from "../probe/handshake.ts";
import type { Trouble } from "./trouble.ts";

/** Whoever has not refused by then has not. */
const deadlineMs = 1_000;

/**
 * Whether nobody takes connections at the address any more, which a connection that is merely silent does not tell: the SDK
 * goes on trying and keeps it to itself. Resolves within a second; undefined: it is not so, or did not show.
 */
export function refusalTrouble(address: string): Promise<Trouble | undefined> {
  return new Promise((resolve) => {
    const socket = connect(hostOf(address));
    socket.setTimeout(deadlineMs);
    const end = (trouble?: Trouble) => {
      socket.destroy();
      resolve(trouble);
    };
    socket.on("connect", () => end());
    socket.on("timeout", () => end());
    socket.on("error", ({ code }: NodeJS.ErrnoException) =>
      end(code === "ECONNREFUSED" ? refused : undefined),
    );
  });
}

const refused: Trouble = {
  kind: "down",
  message: "the connection was lost, and a new one is refused: nobody listens there",
};
