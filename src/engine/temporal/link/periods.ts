/** How long the link waits for what. */
export const periods = {
  /** Between health checks. */
  healthMs: 15_000,
  /** How long a start waits for the first attempt. */
  firstMs: 3_000,
  /** How long a call waits for the attempt that is under way. */
  attemptMs: 500,
  /** For one dial. */
  dialMs: 5_000,
  /** After which a call that has no answer asks for a health check, and what this may take: below a second together. */
  suspectMs: 250,
  verdictMs: 500,
  /** How long a word from Temporal says that it is there, to those who have to be sure. */
  freshMs: 50,
  /** For the second check, before a session is given up. */
  patienceMs: 5_000,
  /** A session that ends sooner was none: the next attempt waits. */
  steadyMs: 1_000,
} as const;
