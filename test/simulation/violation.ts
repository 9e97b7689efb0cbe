/** A promise that the engine did not keep. */
export class Violation extends Error {
  constructor(message: string, facts?: unknown) {
    super(facts === undefined ? message : `${message}: ${JSON.stringify(facts)?.slice(0, 4_000)}`);
    this.name = "Violation";
  }
}

export function must(condition: unknown, message: string, facts?: unknown): asserts condition {
  if (!condition) throw new Violation(message, facts);
}

/** Both are the same JSON. */
export function mustEqual(found: unknown, expected: unknown, message: string): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new Violation(message, { found, expected });
}
