import { heavyBytes, isWork } from "./gate.ts";

/** Headers that say more of a request than is looked at here. */
const unusual = /\r\n(?:transfer-encoding|expect|upgrade|connection:(?! *keep-alive\r\n))/i;

/**
 * Whether these bytes, all that a connection has sent, are one whole plain call that makes work: then it can be refused
 * before the connection costs more than itself. Errors of the Connect protocol need not look at the request.
 */
export function isRefusable(sent: Buffer): boolean {
  if (sent.length >= heavyBytes) return false;
  const end = sent.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = sent.toString("latin1", 0, end + 2);
  const path = /^POST (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1];
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
  return (
    path !== undefined &&
    isWork(path) &&
    Number(length) === sent.length - end - 4 &&
    /\r\ncontent-type: *application\/(?:json|proto)\r\n/i.test(head) &&
    !unusual.test(head)
  );
}
