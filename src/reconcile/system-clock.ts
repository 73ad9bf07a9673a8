import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** Timers hold 31 bits of milliseconds; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = { now: () => Date.now(), sleep };

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted === true) return;
  await delay(Math.min(ms, longestTimerMs), undefined, signal && { signal }).catch(() => undefined);
  await sleep(ms - longestTimerMs, signal);
}
