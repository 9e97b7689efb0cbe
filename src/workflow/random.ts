import type { InnerState } from "./state.ts";

/**
 * A number in [0, 1) from the execution's own generator (a 32-bit mixing counter), which it moves on by one.
 */
export function random(state: InnerState): number {
  state.random = (state.random + 0x9e3779b9) | 0;
  let mixed = state.random ^ (state.random >>> 16);
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
