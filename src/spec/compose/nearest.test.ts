import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  it.each([
    ['imgae', 'image'],
    ['prots', 'ports'],
    ['Deploy', 'deploy'],
    ['enviroment', 'environment'],
    ['network', 'networks'],
  ])('takes "%s" for "%s"', (word, meant) => {
    expect(nearest(word, ['init', meant, 'user'])).toBe(meant);
  });

  it.each(['replicas', 'net', 'x', ''])('has no guess for "%s"', (word) => {
    expect(nearest(word, ['init', 'networks', 'user'])).toBeUndefined();
  });
});
