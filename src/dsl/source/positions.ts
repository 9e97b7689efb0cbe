import type { Json } from "../../expression/json.ts";
import { nameSpan, type Place, pointerSegments } from "./place.ts";

/**
 * Where everything in a document stands, in little memory: for each value, in the order of `Object.entries`, parents
 * first, the offset of its name and how many values it is, with all that is in it.
 */
export class Positions {
  readonly #starts: number[] = [];
  readonly #sizes: number[] = [];

  constructor(value: Json, place: Place) {
    this.#add(value, place);
  }

  /** The offset of what a JSON pointer names in this value, or of its nearest ancestor. */
  offset(value: Json, pointer: string): number {
    let at = 0;
    let current = value;
    for (const segment of pointerSegments(pointer)) {
      if (typeof current !== "object" || current === null || !Object.hasOwn(current, segment)) break;
      let child = at + 1;
      for (const name of Object.keys(current)) {
        if (name === segment) break;
        child += this.#sizes[child]!;
      }
      at = child;
      current = (current as Record<string, Json>)[segment]!;
    }
    return this.#starts[at]!;
  }

  #add(value: Json, place: Place): void {
    const index = this.#starts.push(nameSpan(place).start) - 1;
    this.#sizes.push(1);
    if (typeof value === "object" && value !== null) {
      for (const name of Object.keys(value)) {
        this.#add((value as Record<string, Json>)[name]!, place.children?.get(name) ?? place);
      }
    }
    this.#sizes[index] = this.#starts.length - index;
  }
}
