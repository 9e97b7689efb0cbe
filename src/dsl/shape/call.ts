import { authenticationOrReference } from "./authentication.ts";
import { subscriptionIterator } from "./event.ts";
import { endpoint, externalResource } from "./resource.ts";
import {
  any,
  choice,
  expression,
  list,
  mapping,
  record,
  type Shape,
  text,
  truth,
  union,
  whole,
} from "./shape.ts";
import { duration, hostName } from "./text.ts";

/** What stands under `with`, by the name of the call; any other name is that of a function. */
export function callShapes(tasks: Shape): { readonly [call: string]: Shape } {
  return { http, openapi, grpc, asyncapi: asyncapi(tasks), a2a, mcp };
}

const httpOutput = { output: choice("raw", "content", "response"), redirect: truth };

/** A header's value is a text; a number or a boolean has one spelling, so nobody has to quote it. */
const headerValue = union({ text, number: any, truth: any });

/** dsl-reference.md "HTTP Call". */
const http = record({
  required: { method: text, endpoint },
  optional: {
    headers: union({ text: expression, object: mapping(headerValue) }),
    body: any,
    query: union({ text: expression, object: mapping(any) }),
    ...httpOutput,
  },
});

/** dsl-reference.md "OpenAPI Call". */
const openapi = record({
  required: { document: externalResource, operationId: text },
  optional: { parameters: mapping(any), authentication: authenticationOrReference, ...httpOutput },
});

/** dsl-reference.md "gRPC Call". */
const grpc = record({
  required: {
    proto: externalResource,
    service: record({
      required: { name: text, host: hostName },
      optional: { port: { ...whole, min: 0, max: 65535 }, authentication: authenticationOrReference },
    }),
    method: text,
  },
  optional: { arguments: mapping(any) },
});

/** dsl-reference.md "AsyncAPI Subscription Lifetime". */
const consume = record(
  { optional: { for: duration, amount: whole, while: expression, until: expression } },
  { exactlyOne: [["amount", "while", "until"]] },
);

const protocols = [
  ...["amqp", "amqp1", "anypointmq", "googlepubsub", "http", "ibmmq", "jms", "kafka", "mercure", "mqtt"],
  ...["mqtt5", "nats", "pulsar", "redis", "sns", "solace", "sqs", "stomp", "ws"],
];

/** dsl-reference.md "AsyncAPI Call", "AsyncAPI Outbound Message", "AsyncAPI Subscription". */
function asyncapi(tasks: Shape): Shape {
  return record(
    {
      required: { document: externalResource },
      optional: {
        channel: text,
        operation: text,
        server: record({ required: { name: text }, optional: { variables: mapping(any) } }),
        protocol: choice(...protocols),
        message: record({ optional: { payload: mapping(any), headers: mapping(any) } }),
        subscription: record({
          required: { consume },
          optional: { filter: expression, foreach: subscriptionIterator(tasks) },
        }),
        authentication: authenticationOrReference,
      },
    },
    {
      exactlyOne: [
        ["operation", "channel"],
        ["message", "subscription"],
      ],
    },
  );
}

const parameters = union({ text: expression, object: mapping(any) });

/** dsl-reference.md "A2A Call". */
const a2a = record(
  {
    required: {
      method: choice(
        ...["message/send", "message/stream", "tasks/get", "tasks/list", "tasks/cancel", "tasks/resubscribe"],
        ...["tasks/pushNotificationConfig/set", "tasks/pushNotificationConfig/get"],
        ...["tasks/pushNotificationConfig/list", "tasks/pushNotificationConfig/delete"],
        "agent/getAuthenticatedExtendedCard",
      ),
    },
    optional: {
      agentCard: externalResource,
      server: endpoint,
      parameters: union({ text: expression, object: mapping(any, 1) }),
    },
  },
  { atLeastOne: [["agentCard", "server"]] },
);

/** dsl-reference.md "MCP Transport". */
const transport = record(
  {
    optional: {
      http: record({ required: { endpoint }, optional: { headers: mapping(text) } }, { others: "open" }),
      stdio: record(
        { required: { command: text }, optional: { arguments: list(text), environment: mapping(text) } },
        { others: "open" },
      ),
      options: mapping(text),
    },
  },
  { others: "open", exactlyOne: [["http", "stdio"]] },
);

/** dsl-reference.md "MCP Call". */
const mcp = record(
  {
    required: {
      method: choice(
        ...["tools/list", "tools/call", "prompts/list", "prompts/get", "resources/list", "resources/read"],
        "resources/templates/list",
      ),
      transport,
    },
    optional: {
      protocolVersion: text,
      parameters,
      timeout: duration,
      client: record({ required: { name: text, version: text } }, { others: "open" }),
    },
  },
  { others: "open" },
);
