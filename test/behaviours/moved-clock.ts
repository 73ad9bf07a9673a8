import type { Clock } from '../../src/reconcile/clock.ts';
import { systemClock } from '../../src/reconcile/system-clock.ts';

/** A clock that runs as time does, and can be moved forward: what sleeps wakes when its time has come by the new time. */
export class MovedClock implements Clock {
  #offset = 0;
  #moved = new AbortController();

  now(): number {
    return systemClock.now() + this.#offset;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    while (this.now() < until && signal?.aborted !== true) {
      const { signal: moved } = this.#moved;
      const woken = signal === undefined ? moved : AbortSignal.any([signal, moved]);
      await systemClock.sleep(until - this.now(), woken);
    }
  }

  /** Moves the clock on to a moment, in ms since the epoch. */
  moveTo(at: number): void {
    if (at < this.now()) throw new Error('the clock only moves forward');
    this.#offset += at - this.now();
    this.#moved.abort();
    this.#moved = new AbortController();
  }
}
