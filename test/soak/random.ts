/** Chance that repeats: the same seed draws the same numbers (mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(of: number): boolean {
    return this.next() < of;
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('there is nothing to pick from');
    return from[this.below(from.length)] as T;
  }

  shuffled<T>(from: readonly T[]): T[] {
    const left = [...from];
    return from.map(() => left.splice(this.below(left.length), 1)[0] as T);
  }
}

/** Draws everything once, in any order, before anything comes again. */
export class Deck<T> {
  readonly #all: readonly T[];
  readonly #random: Random;
  #left: T[] = [];

  constructor(all: readonly T[], random: Random) {
    this.#all = all;
    this.#random = random;
  }

  /** The next one that fits; what does not fit now keeps its turn. */
  draw(fits: (one: T) => boolean = () => true): T {
    if (!this.#left.some(fits)) this.#left.push(...this.#random.shuffled(this.#all));
    const at = this.#left.findIndex(fits);
    if (at < 0) throw new Error('nothing fits');
    return this.#left.splice(at, 1)[0] as T;
  }
}
