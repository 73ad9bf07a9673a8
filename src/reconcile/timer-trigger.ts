import type { Logger } from 'pino';
import type { Clock } from './clock.ts';

/**
 * Calls `look` every `everyMs` ± 10 %, the next one only after the last has ended, until the signal aborts. A look that
 * fails does not end the timer.
 */
export async function runTimer(
  look: () => Promise<void>,
  options: {
    everyMs: number;
    clock: Clock;
    random: () => number;
    log: Logger;
    signal: AbortSignal;
  },
): Promise<void> {
  const { everyMs, clock, random, log, signal } = options;
  const report = (error: unknown) => log.error({ err: error }, 'work on a timer failed');
  while (!signal.aborted) {
    await clock.sleep(everyMs * (0.9 + 0.2 * random()), signal);
    if (!signal.aborted) await look().catch(report);
  }
}
