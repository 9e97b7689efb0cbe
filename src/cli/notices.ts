import type { ConsolaInstance, LogObject } from "consola/core";
import { Descriptor } from "./descriptor.ts";
import type { Globals } from "./globals.ts";

/** What is drawn at the foot of the terminal and must make room for a line. */
export interface LiveRegion {
  erase(): string;
  draw(): string;
}

/** consola's numbers for our levels. */
const levels = { error: 0, warn: 1, info: 3, debug: 4 } as const;

/** The only writer to stderr: what people read. Nothing it does fails the command. */
export class Notices {
  readonly #level: number;
  readonly #descriptor = new Descriptor(2, () => {});
  #consola: ConsolaInstance | undefined;
  #region: LiveRegion | undefined;

  constructor(globals: Pick<Globals, "logLevel">) {
    this.#level = levels[globals.logLevel];
  }

  /** Always shown: why the command failed. */
  error(text: string): void {
    this.#say("error", text);
  }

  /** Hidden by `-q`: what is done, but probably not as it was meant. */
  warn(text: string): void {
    this.#say("warn", text);
  }

  /** Hidden by `-q`: what a person would want to know. */
  info(text: string): void {
    this.#say("info", text);
  }

  /** Shown by `-v`: how it came about. */
  debug(text: string): void {
    this.#say("debug", text);
  }

  /** Shows a region below all lines until the next call; undefined leaves what was drawn last. */
  live(region: LiveRegion | undefined): void {
    this.#region = region;
    if (region !== undefined) this.raw(region.draw());
  }

  raw(text: string): void {
    this.#descriptor.write(text);
  }

  async flush(): Promise<void> {
    await this.#descriptor.flush();
  }

  #say(type: keyof typeof levels, text: string): void {
    if (levels[type] > this.#level) return;
    this.#consola ??= this.#open();
    this.#consola[type](text);
  }

  /**
   * consola's core, loaded when there is something to say, and at once, because a line may be the last thing before the
   * process ends. Its own reporters load `process.stderr` and color by rules of their own, hence ours; nothing is
   * throttled: a line that was repeated says that something was.
   */
  #open(): ConsolaInstance {
    const { createConsola } = require("consola/core") as typeof import("consola/core");
    const reporter = { log: (entry: LogObject) => this.#line(format(entry)) };
    return createConsola({ level: this.#level, reporters: [reporter], throttle: 0 });
  }

  #line(text: string): void {
    const region = this.#region;
    this.raw(region === undefined ? `${text}\n` : `${region.erase()}${text}\n${region.draw()}`);
  }
}

function format({ type, args }: LogObject): string {
  return type === "debug" ? `debug: ${args[0]}` : String(args[0]);
}
