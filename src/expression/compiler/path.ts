import { raise } from "../raised.ts";
import type { Run } from "../run.ts";
import { shorten } from "../value/text.ts";
import type { Value } from "../value/value.ts";

const NOWHERE = { nowhere: true };

/** A path while it is being walked: the last key, the way to it, and the value found there. */
export class Path {
  private constructor(
    readonly parent: Path | null,
    readonly key: Value,
    readonly value: Value,
  ) {}

  static root(value: Value): Path {
    return new Path(null, null, value);
  }

  child(key: Value, value: Value): Path {
    return new Path(this, key, value);
  }

  keys(run: Run): Value[] {
    const keys: Value[] = [];
    for (let path: Path = this; path.parent !== null; path = path.parent) keys.push(path.key);
    run.allocate(16 + keys.length * 8);
    return run.make(keys.reverse());
  }

  /** The way of a value that was written down or made here: no path leads to it. */
  away(): Path {
    return new Path(this.parent, this.key, NOWHERE);
  }

  /** jq's rule: a value is where the path says if it is the very value that was found there. */
  leadsTo(value: Value): boolean {
    return Object.is(value, this.value) || (value === 0 && this.value === 0);
  }

  /** Before `.[key]`. */
  requireElement(value: Value, key: Value): void {
    if (this.leadsTo(value)) return;
    raise(`Invalid path expression near attempt to access element ${shorten(key)} of ${shorten(value)}`);
  }

  /** Before `.[]`. */
  requireIterable(value: Value): void {
    if (this.leadsTo(value)) return;
    raise(`Invalid path expression near attempt to iterate through ${shorten(value)}`);
  }

  /** At the end. */
  requireResult(value: Value): void {
    if (this.leadsTo(value)) return;
    raise(`Invalid path expression with result ${shorten(value)}`);
  }
}
