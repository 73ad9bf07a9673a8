import { backoffDelay, healBackoff } from './backoff.ts';

/** So long without another repair, and the object counts as quiet again. */
const quietMs = 600_000;

/**
 * Slows down repairs of an object that something else keeps changing: the first is made at once, then 2 s, 6 s, 18 s …
 * after the one before. A new revision or a quiet time starts afresh, so one old fight cannot make later repairs late.
 */
export class SelfHeal {
  readonly #repairs = new Map<string, { count: number; at: number }>();

  /** When the object may be put right; in the past when it may be at once. */
  dueAt(object: string, now: number): number {
    const last = this.#repairs.get(object);
    if (last === undefined || now - last.at >= quietMs) return now;
    return last.at + backoffDelay(last.count - 1, healBackoff, () => 0.5);
  }

  repaired(object: string, now: number): void {
    const last = this.#repairs.get(object);
    const count = last === undefined || now - last.at >= quietMs ? 1 : last.count + 1;
    this.#repairs.set(object, { count, at: now });
  }

  /** Forgets every object whose key begins so. */
  reset(prefix: string): void {
    for (const object of this.#repairs.keys()) {
      if (object.startsWith(prefix)) this.#repairs.delete(object);
    }
  }
}
