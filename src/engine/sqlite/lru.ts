/** A map of bounded size and weight that forgets what was not asked for the longest; one entry there may always be. */
export class LruCache<K, V> {
  readonly #entries = new Map<K, { readonly value: V; readonly weight: number }>();
  readonly #bounds: { readonly size: number; readonly weight: number };
  readonly #weigh: (value: V) => number;
  #weight = 0;

  constructor(bounds: { readonly size: number; readonly weight: number }, weigh: (value: V) => number) {
    this.#bounds = bounds;
    this.#weigh = weigh;
  }

  get(key: K): V | undefined {
    const known = this.#entries.get(key);
    if (!known) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, known);
    return known.value;
  }

  keep(key: K, value: V): void {
    this.#forget(key);
    const weight = this.#weigh(value);
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      const fits = this.#entries.size <= this.#bounds.size && this.#weight <= this.#bounds.weight;
      if (fits || oldest === key) break;
      this.#forget(oldest);
    }
  }

  #forget(key: K): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }
}
