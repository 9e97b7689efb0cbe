import { connect } from "node:tls";

const deadlineMs = 1_000;

/** Whether what answers there does so in TLS; resolves in any case, within a second. */
export function isTlsWanted(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  // Nothing is sent over it: whose certificate it is does not matter.
  const socket = connect({
    host,
    port: Number(address.slice(colon + 1)),
    rejectUnauthorized: false,
    ALPNProtocols: ["h2"],
  });
  const timer = setTimeout(() => resolve(false), deadlineMs);
  socket.once("secureConnect", () => resolve(true));
  socket.on("error", () => resolve(false));
  socket.once("close", () => resolve(false));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
