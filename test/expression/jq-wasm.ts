import { type Jq, loadJq } from "jq-wasm/inline";
import type { Json } from "../../src/expression/json.ts";

/** jq 1.8.2 itself, compiled to WASM. It dies for good on a stack overflow, so it is loaded anew after one. */
export class Oracle {
  /** Whether the last program killed jq. */
  died = false;
  private jq: Jq;

  private constructor(jq: Jq) {
    this.jq = jq;
  }

  static async load(): Promise<Oracle> {
    return new Oracle(await loadJq());
  }

  /** The outputs, one JSON text each; undefined if the program does not compile, fails or kills jq. */
  async outputs(program: string, input: Json): Promise<string[] | undefined> {
    this.died = false;
    try {
      const { stdout, exitCode } = this.jq.raw(JSON.stringify(input), program, ["-c"]);
      return exitCode === 0 ? stdout.split("\n").filter((line) => line !== "") : undefined;
    } catch {
      this.died = true;
      this.jq = await loadJq();
      return undefined;
    }
  }
}
