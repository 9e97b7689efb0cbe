import type { ClientHttp2Session, IncomingHttpHeaders } from "node:http2";
import type { Credentials } from "../link/credentials.ts";

export interface GrpcAnswer {
  readonly code: number;
  /** What the server says to it. */
  readonly words: string;
}

const service = "/temporal.api.workflowservice.v1.WorkflowService/";

/**
 * One call of Temporal's API whose request names the namespace and nothing else. The SDK would do the same, but only with
 * its native part loaded. Rejects when the connection ends before the answer.
 */
export function callNamespace(
  session: ClientHttp2Session,
  method: string,
  namespace: string,
  { apiKey, metadata }: Pick<Credentials, "apiKey" | "metadata">,
): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": `${service}${method}`,
      "content-type": "application/grpc",
      te: "trailers",
      ...metadata,
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    });
    let status: IncomingHttpHeaders = {};
    const add = (headers: IncomingHttpHeaders) => {
      status = { ...status, ...headers };
    };
    stream.on("response", add);
    stream.on("trailers", add);
    stream.on("error", reject);
    stream.on("end", () => resolve(answerOf(status)));
    stream.on("close", () => reject(new Error("it broke the call off")));
    stream.resume();
    stream.end(frame(namespace));
  });
}

function answerOf(status: IncomingHttpHeaders): GrpcAnswer {
  const words = String(status["grpc-message"] ?? "");
  if (status["grpc-status"] !== undefined)
    return { code: Number(status["grpc-status"]), words: decoded(words) };
  return { code: 2, words: `HTTP status ${status[":status"]}, which is no answer of gRPC` };
}

function decoded(words: string): string {
  try {
    return decodeURIComponent(words);
  } catch {
    return words;
  }
}

/** In all requests of Temporal's API that are used here, the namespace is field 1, a string. */
function frame(namespace: string): Buffer {
  const text = Buffer.from(namespace);
  const length = text.length < 128 ? [text.length] : [(text.length & 0x7f) | 0x80, text.length >> 7];
  const message = Buffer.concat([Buffer.from([0x0a, ...length]), text]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
