/** An outage that is under way: resolves when it has lasted so long. Nothing but time makes an outage long. */
export function outageOf(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
