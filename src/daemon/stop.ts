/** Whether, and why, this process should end; signals and the API both ask for it here. */
export class StopRequest {
  /** Resolves with the first reason. */
  readonly requested: Promise<string>;
  /** Resolves when somebody cannot wait for the end of the drain: a second Ctrl-C. */
  readonly forced: Promise<void>;
  /** Whether there is a reason already. */
  isRequested = false;
  #request!: (reason: string) => void;
  #force!: () => void;
  #interrupts = 0;

  constructor() {
    this.requested = new Promise((resolve) => {
      this.#request = resolve;
    });
    this.forced = new Promise((resolve) => {
      this.#force = resolve;
    });
  }

  request(reason: string): void {
    this.isRequested = true;
    this.#request(reason);
  }

  /** A server that a client started has no terminal, so a hangup is not meant for it. */
  listenToSignals(foreground: boolean): void {
    process.on("SIGTERM", () => this.request("SIGTERM"));
    process.on("SIGINT", () => {
      this.#interrupts += 1;
      if (this.#interrupts > 1) this.#force();
      this.request("SIGINT");
    });
    process.on("SIGHUP", () => {
      if (foreground) this.request("SIGHUP");
    });
  }
}
