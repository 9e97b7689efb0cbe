import type { ConnectRouter } from "@connectrpc/connect";
import type { JsonObject } from "../expression/json.ts";
import { Failure } from "../failure.ts";
import { EventService } from "../gen/pawl/v1/event_pb.ts";
import type { Context } from "./context.ts";
import { parseJson } from "./messages.ts";

export function registerEvents(router: ConnectRouter, { engine }: Context): void {
  router.service(EventService, {
    async publish(request) {
      const events = request.events.map((text, index) => toEvent(text, `Event ${index + 1}`));
      return { published: await engine.publish(events) };
    },
  });
}

/** The context attributes that every CloudEvent must carry (CloudEvents 1.0, "Required attributes"). */
const required = ["specversion", "id", "source", "type"] as const;

function toEvent(text: string, what: string): JsonObject {
  const event = parseJson(text, what);
  if (event === null || typeof event !== "object" || Array.isArray(event)) {
    throw new Failure("invalid_argument", `${what} is not a JSON object`);
  }
  const attributes = event as JsonObject;
  for (const name of required) {
    if (typeof attributes[name] !== "string" || attributes[name] === "") {
      throw new Failure("invalid_argument", `${what} lacks the attribute "${name}"`, {
        hint: "A CloudEvent has specversion, id, source and type, each a text",
      });
    }
  }
  return attributes;
}
