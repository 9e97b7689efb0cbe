/** Where the seeds of executions come from. */
export interface Random {
  /** Any unsigned 32-bit integer. */
  uint32(): number;
}

export const systemRandom: Random = {
  uint32: () => crypto.getRandomValues(new Uint32Array(1))[0] as number,
};
