const firstMs = 1_000;
const capMs = 30_000;
const openCapMs = 300_000;
/** So many failures in a row open the circuit. */
export const circuitAfter = 10;

/** How long to wait after so many failures in a row; `random` in [0, 1) spreads servers that failed together, by a fifth. */
export function backoffMs(failures: number, random: number): number {
  const cap = failures >= circuitAfter ? openCapMs : capMs;
  const doubled = failures >= circuitAfter ? openCapMs : firstMs * 2 ** (failures - 1);
  return Math.round(Math.min(cap, doubled) * (0.8 + 0.2 * random));
}

/** What asks again only now and then: another address, certificate or key is needed, which takes people. */
export const rejectedMs = openCapMs;
