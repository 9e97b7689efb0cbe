import type { ActivityContext, RunActivity } from "../../src/activity/activity.ts";
import { runConfidential } from "../../src/activity/secret/confidential.ts";
import { standardError, WorkflowFault } from "../../src/dsl/error.ts";
import type { ActivityRequest } from "../../src/dsl/request.ts";
import type { Json } from "../../src/expression/json.ts";
import { type Answer, answerTo, echo } from "./answers.ts";
import type { Faults } from "./faults.ts";
import { must } from "./violation.ts";
import type { World } from "./world.ts";

/** What activities reach: services that take their time, fail, do not answer, or do not mind that nobody listens any more. */
export class Services {
  /** How often each activity was run, by idempotency key. */
  readonly runs = new Map<string, number>();
  /** Activities that were answered once at least, by the key of their execution and their own name. */
  readonly #answered = new Set<string>();
  readonly #world: World;
  readonly #faults: Faults;
  readonly #requests = new Map<string, string>();
  readonly #held = new Set<() => void>();

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
  }

  /** How activities run in one life of the server. */
  runner(alive: () => boolean): RunActivity {
    const running = new Set<string>();
    return (request, context) => {
      const { idempotencyKey: key } = context;
      let what = "";
      if (!alive()) return new Promise(() => {});
      this.#world.check(() => {
        const text = JSON.stringify(request);
        must(!this.#world.store.writing, "An activity runs before what asked for it is durable", key);
        const [id = "", activity = ""] = key.split("/");
        const execution = this.#world.ledger.inFlight(id, activity);
        must(execution !== undefined, "An activity runs that is not in flight", key);
        // An id is free again when its execution is gone.
        const name = `${execution}/${activity}`;
        must(!running.has(name), "An activity runs twice at the same time", key);
        must((this.#requests.get(name) ?? text) === text, "An activity runs again with another request", key);
        this.#requests.set(name, text);
        running.add(name);
        what = name;
      });
      const times = (this.runs.get(key) ?? 0) + 1;
      this.runs.set(key, times);
      this.#world.trace(
        `activity ${key} runs${times > 1 ? ` for the ${times}th time` : ""}: ${request.kind}`,
      );
      const done = () => this.#answered.add(what);
      const answer = this.#perform(request, context);
      answer.then(done, done);
      return answer;
    };
  }

  /** Whether an activity was ever answered. */
  answered(execution: number, activity: string): boolean {
    return this.#answered.has(`${execution}/${activity}`);
  }

  /** The same executions go on on another server. */
  inherit({ services }: World): void {
    for (const name of services.#answered) this.#answered.add(name);
  }

  /** Whoever was not answered is answered now. */
  release(): void {
    for (const answer of [...this.#held]) answer();
  }

  /** Secrets are put in and masked by the real code; who is reached then sees the request with them. */
  #perform(request: ActivityRequest, context: ActivityContext): Promise<Json> {
    const { signal, secrets } = context;
    const check = this.#world.secrecy.given(request.secrets ?? []);
    const reading = async (names: readonly string[]) => {
      const given = (await secrets?.(names)) ?? new Map<string, string>();
      this.#world.check(() => check(given));
      return given;
    };
    const answer = answerTo(request, this.#faults.dice.roll(1_000));
    const watched = { ...context, secrets: reading };
    if (request.kind !== "evaluate") {
      return runConfidential(request, watched, (filled) => this.#answer(signal, echo(answer, filled)));
    }
    return this.#answer(signal, { output: null }).then(() => runConfidential(request, watched, never));
  }

  #answer(signal: AbortSignal, answer: Answer): Promise<Json> {
    const { dice } = this.#faults;
    const { clock } = this.#world;
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#held.delete(settle);
        if ("output" in answer) resolve(answer.output);
        else reject(new WorkflowFault(answer.error));
      };
      const cutOff = () => {
        this.#held.delete(settle);
        reject(new WorkflowFault(standardError("communication", "Cut off")));
      };
      const late = dice.chance(30);
      const how = this.#faults.active ? dice.roll(10) : 0;
      if (how === 9) this.#held.add(settle);
      else if (how < 3) settle();
      else clock.after(dice.roll(how < 6 ? 50 : 8_000), settle);
      if (late) signal.addEventListener("abort", () => clock.after(dice.roll(3_000), settle));
      else signal.addEventListener("abort", cutOff);
    });
  }
}

const never: RunActivity = () => Promise.reject(new Error("What is evaluated reaches nobody"));
