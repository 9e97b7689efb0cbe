import { Descriptor } from "./descriptor.ts";
import { type Globals, type LogLevel, logLevels } from "./globals.ts";

/** What is drawn at the foot of the terminal and must make room for a line. */
export interface LiveRegion {
  erase(): string;
  draw(): string;
}

/** The only writer to stderr: what people read. Nothing it does fails the command. */
export class Notices {
  readonly #level: number;
  readonly #descriptor = new Descriptor(2, () => {});
  #region: LiveRegion | undefined;

  constructor(globals: Pick<Globals, "logLevel">) {
    this.#level = logLevels.indexOf(globals.logLevel);
  }

  /** Always shown: why the command failed. */
  error(text: string): void {
    this.#line(text);
  }

  /** Hidden by `-q`: what a person would want to know. */
  info(text: string): void {
    this.#at("info", text);
  }

  /** Shown by `-v`: how it came about. */
  debug(text: string): void {
    this.#at("debug", `debug: ${text}`);
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

  #at(level: LogLevel, text: string): void {
    if (logLevels.indexOf(level) <= this.#level) this.#line(text);
  }

  #line(text: string): void {
    const region = this.#region;
    this.raw(region === undefined ? `${text}\n` : `${region.erase()}${text}\n${region.draw()}`);
  }
}
