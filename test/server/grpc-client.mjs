// Program: a stock gRPC client under Node. Prints what it was answered as one line of JSON.
// Usage: node grpc-client.mjs SOCKET
import { Client, credentials } from "@grpc/grpc-js";

const client = new Client(`unix:${process.argv[2]}`, credentials.createInsecure());
const raw = (bytes) => bytes;
const empty = Buffer.alloc(0);
const seen = { check: undefined, headers: {}, watch: [], unknown: undefined };

const check = new Promise((resolve, reject) => {
  client
    .makeUnaryRequest("/grpc.health.v1.Health/Check", raw, raw, empty, (error, answer) => {
      if (error) reject(error);
      else resolve(answer.toString("hex"));
    })
    .on("metadata", (metadata) => {
      seen.headers = metadata.getMap();
    });
});
seen.check = await check;

seen.unknown = await new Promise((resolve) => {
  // The field `service` with a name that nobody serves.
  const request = Buffer.concat([Buffer.from([0x0a, 4]), Buffer.from("nope")]);
  client.makeUnaryRequest("/grpc.health.v1.Health/Check", raw, raw, request, (error) => resolve(error?.code));
});

const watch = client.makeServerStreamRequest("/grpc.health.v1.Health/Watch", raw, raw, empty);
watch.on("data", (answer) => {
  seen.watch.push(answer.toString("hex"));
  if (seen.watch.length === 1) {
    client.makeUnaryRequest("/pawl.v1.ServerService/Shutdown", raw, raw, empty, () => {});
  }
});
watch.on("error", (error) => seen.watch.push(error.message));
watch.on("end", () => {
  console.log(JSON.stringify(seen));
  client.close();
});
