import type { Clock } from './clock.ts';

/** Calls `look` every `everyMs` ± 10 %, the next one only after the last has ended, until the signal aborts. */
export async function runTimer(
  look: () => Promise<void>,
  options: { everyMs: number; clock: Clock; random: () => number; signal: AbortSignal },
): Promise<void> {
  const { everyMs, clock, random, signal } = options;
  while (!signal.aborted) {
    await clock.sleep(everyMs * (0.9 + 0.2 * random()), signal);
    if (!signal.aborted) await look();
  }
}
