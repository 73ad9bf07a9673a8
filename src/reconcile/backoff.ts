/** Times in ms. `jitter` 0.2 spreads a delay over ±20 %; the cap holds after it. */
export type BackoffOptions = { baseMs: number; factor: number; capMs: number; jitter: number };

export const retryBackoff: BackoffOptions = {
  baseMs: 1_000,
  factor: 2,
  capMs: 300_000,
  jitter: 0.2,
};
/** A live object that something else keeps changing is put right ever more slowly. */
export const healBackoff: BackoffOptions = { baseMs: 2_000, factor: 3, capMs: 300_000, jitter: 0 };
export const reconnectBackoff: BackoffOptions = {
  baseMs: 800,
  factor: 2,
  capMs: 30_000,
  jitter: 0.5,
};

/** The delay before try `attempt` (0 is the first retry). Never above the cap, whatever the attempt. */
export function backoffDelay(
  attempt: number,
  options: BackoffOptions,
  random: () => number,
): number {
  const grown = Math.min(options.capMs, options.baseMs * options.factor ** attempt);
  const spread = 1 + options.jitter * (2 * random() - 1);
  return Math.min(options.capMs, Math.round(grown * spread));
}
