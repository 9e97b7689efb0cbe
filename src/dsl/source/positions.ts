import type { Json } from "../../expression/json.ts";
import { nameSpan, type Place, pointerSegments } from "./place.ts";

/**
 * Where everything in a document stands, in little memory: for each value, in the order of `Object.entries`, parents
 * first, the offset of its name and how many values it is, with all that is in it.
 */
export class Positions {
  readonly starts: Int32Array;
  readonly sizes: Int32Array;

  /** The numbers of another one. */
  constructor({ starts, sizes }: { readonly starts: Int32Array; readonly sizes: Int32Array }) {
    this.starts = starts;
    this.sizes = sizes;
  }

  static of(value: Json, place: Place): Positions {
    const numbers = { starts: [], sizes: [] };
    add(value, place, numbers);
    return new Positions({
      starts: Int32Array.from(numbers.starts),
      sizes: Int32Array.from(numbers.sizes),
    });
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
        child += this.sizes[child]!;
      }
      at = child;
      current = (current as Record<string, Json>)[segment]!;
    }
    return this.starts[at]!;
  }
}

function add(value: Json, place: Place, to: { readonly starts: number[]; readonly sizes: number[] }): void {
  const index = to.starts.push(nameSpan(place).start) - 1;
  to.sizes.push(1);
  if (typeof value === "object" && value !== null) {
    for (const name of Object.keys(value)) {
      add((value as Record<string, Json>)[name]!, place.children?.get(name) ?? place, to);
    }
  }
  to.sizes[index] = to.starts.length - index;
}
