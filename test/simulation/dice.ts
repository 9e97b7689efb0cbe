/** Numbers from a seed, for tests that try many things and must be able to try the same again. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 2654435761) >>> 0;
  }

  /** An integer in [0, sides). */
  roll(sides: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * sides);
  }

  chance(percent: number): boolean {
    return this.roll(10_000) < percent * 100;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)]!;
  }

  /** One of the items, each as likely as its weight says. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let left = this.roll(items.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of items) {
      if (left < weight) return item;
      left -= weight;
    }
    throw new Error("There is nothing to choose from");
  }

  /** Numbers of its own, that do not depend on how many of these are drawn. */
  fork(): Dice {
    return new Dice(this.roll(2 ** 31));
  }
}
