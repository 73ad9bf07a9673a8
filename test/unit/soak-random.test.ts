import { describe, expect, test } from 'vitest';
import { Deck, Random } from '../soak/random.ts';

const drawn = (seed: number) => {
  const random = new Random(seed);
  return Array.from({ length: 200 }, () => random.below(10));
};

describe('the chance of the soak', () => {
  test('repeats with its seed, and only with it', () => {
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    expect(new Set(drawn(1)).size).toBe(10);
  });

  test('draws everything once before anything comes again', () => {
    const deck = new Deck(['a', 'b', 'c', 'd'], new Random(5));
    const rounds = Array.from({ length: 3 }, () => [0, 1, 2, 3].map(() => deck.draw()));
    for (const round of rounds) expect(round.sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('keeps the turn of what does not fit', () => {
    const deck = new Deck(['a', 'b'], new Random(5));
    expect(deck.draw((one) => one === 'b')).toBe('b');
    expect(deck.draw((one) => one === 'b')).toBe('b');
    expect(deck.draw()).toBe('a');
    expect(() => deck.draw((one) => one === 'z')).toThrow('nothing fits');
  });
});
