import { Memory } from "./medium.ts";
import type { SimulatedStore } from "./store.ts";
import { must, mustEqual } from "./violation.ts";

/** What a secret looks like here: always of the same length, and nothing else looks like it. */
const pattern = /hush-\d{8}-hush/g;

/** One change of a secret; null stands for its deletion. */
type Value = string | null;

/** What the secrets must be, and where they must not be seen. */
export class Secrecy {
  /** Values that were acknowledged, of secrets that nobody is changing. */
  readonly #settled = new Map<string, Value>();
  readonly #store: SimulatedStore;
  #issued = 0;

  constructor(store: SimulatedStore) {
    this.#store = store;
  }

  /** A value that no secret had before. */
  issue(): string {
    return `hush-${String(++this.#issued).padStart(8, "0")}-hush`;
  }

  /** From now on it may be the old value or the new one. */
  begin(name: string): void {
    this.#settled.delete(name);
  }

  /** The change is acknowledged. */
  end(name: string, value: Value): void {
    this.#settled.set(name, value);
    mustEqual(this.#stored(name), value, `The secret "${name}" was acknowledged before it was durable`);
    this.checkImage();
  }

  /** What is not being changed; a copy of the store must have the same. */
  promises(): Map<string, Value> {
    return new Map(this.#settled);
  }

  /** Of what was promised before, that which has not been touched since. */
  stillTrue(promises: ReadonlyMap<string, Value>): Map<string, Value> {
    return new Map([...promises].filter(([name, value]) => this.#settled.get(name) === value));
  }

  /** Takes over what was promised for a store that this is a copy of. */
  inherit(promises: ReadonlyMap<string, Value>): void {
    for (const [name, value] of promises) this.#settled.set(name, value);
    this.#issued = 50_000_000;
  }

  /** After a start. */
  check(): void {
    for (const [name, value] of this.#settled)
      mustEqual(this.#stored(name), value, `The secret "${name}" is lost`);
  }

  /** What an activity that begins now is given is what is set, or was when it began, and nothing that it may not use. */
  given(names: readonly string[]): (given: ReadonlyMap<string, string>) => void {
    const stored = () =>
      JSON.stringify(names.map((name) => [name, this.#stored(name)]).filter(([, value]) => value !== null));
    const before = stored();
    return (given) => {
      const found = JSON.stringify([...given]);
      must(found === before || found === stored(), "An activity was given other secrets than are set", found);
    };
  }

  /** Nothing that is kept or shown may hold a value. */
  checkText(text: string | null, where: string): void {
    must(!text?.match(pattern), `A secret stands in ${where}`, text);
  }

  /** Of all secrets that ever were, the file holds those that are, and nothing of the others; what is free in it included. */
  checkImage(): void {
    const { medium } = this.#store;
    if (!(medium instanceof Memory)) return;
    const found = new Set(Buffer.from(medium.image()).toString("latin1").match(pattern));
    const rows = this.#store.query<{ value: string }>("SELECT value FROM secrets");
    for (const { value } of rows) found.delete(value);
    must(found.size === 0, "A secret that is not set any more is still in the file", [...found]);
  }

  #stored(name: string): Value {
    return (
      this.#store.query<{ value: string }>("SELECT value FROM secrets WHERE name = ?", name)[0]?.value ?? null
    );
  }
}
