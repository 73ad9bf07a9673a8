import type { Clock } from '../../src/reconcile/clock.ts';
import { systemClock } from '../../src/reconcile/system-clock.ts';

/**
 * A clock that runs as time does, and can be moved forward: what sleeps wakes when its time has come by the new time. It can be
 * set back as well; that changes what time it is, but not how long anything sleeps.
 */
export class MovedClock implements Clock {
  #ahead = 0;
  #back = 0;
  #moved = new AbortController();

  now(): number {
    return this.#elapsed() - this.#back;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.#elapsed() + ms;
    while (this.#elapsed() < until && signal?.aborted !== true) {
      const { signal: moved } = this.#moved;
      const woken = signal === undefined ? moved : AbortSignal.any([signal, moved]);
      await systemClock.sleep(until - this.#elapsed(), woken);
    }
  }

  setBack(ms: number): void {
    this.#back += ms;
  }

  #elapsed(): number {
    return systemClock.now() + this.#ahead;
  }

  /** Moves the clock on to a moment, in ms since the epoch. */
  moveTo(at: number): void {
    if (at < this.now()) throw new Error('the clock only moves forward');
    this.#ahead += at - this.now();
    this.#moved.abort();
    this.#moved = new AbortController();
  }
}
