import type { Clock } from './clock.ts';

/** A clock that stands still until it is moved; for tests. */
export type ManualClock = Clock & { advance(ms: number): Promise<void> };

export function manualClock(start = 0): ManualClock {
  let now = start;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep(ms, signal) {
      return new Promise((resolve) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => resolve(), { once: true });
        if (signal?.aborted === true) resolve();
      });
    },
    /** Wakes sleepers in the order of their time, each with what follows from it, before the next. */
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = sleepers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        now = Math.max(now, next.at);
        next.wake();
        await settle();
      }
      now = end;
    },
  };
}

/** Lets promises that are ready run. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
