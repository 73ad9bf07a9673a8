import { describe, expect, test } from 'vitest';
import type { OwnedObject } from './kind.ts';
import { aWorld } from '../../test/unit/world.ts';
import { formerOwner, isProven, isTakenOver, otherOwner } from './ownership.ts';

const claim = { unit: 'shop', kind: 'network' as const, name: 'mesh', spec: {} };
const row = (unit: string, state = {}): OwnedObject => ({
  unit,
  kind: 'network',
  name: 'mesh',
  state,
});
const named = (unit: string) => new Map([['network/mesh', unit]]);
const ofBlog = { 'skep.unit': 'blog' };

describe('an object that another unit made', () => {
  test('stays that unit’s while it names it, or while nobody can tell', () => {
    const owned = [row('blog')];
    expect(otherOwner(claim, ofBlog, aWorld({}, { owned }))).toBe('the unit blog');
    const both = aWorld({}, { owned, named: named('blog') });
    expect(otherOwner(claim, ofBlog, both)).toBe('the unit blog');
  });

  test('goes over to the unit that names it once its own does not', () => {
    const world = aWorld({}, { owned: [row('blog')], named: named('shop') });
    expect(otherOwner(claim, ofBlog, world)).toBeUndefined();
    expect(isTakenOver(row('blog'), world)).toBe(true);
    expect(formerOwner('shop', ofBlog)).toEqual({ from: 'blog' });
  });

  test('is the new owner’s from then on, although its label cannot be changed', () => {
    const own = row('shop', { from: 'blog' });
    const world = aWorld({}, { owned: [own], named: named('shop') });
    expect(otherOwner(claim, ofBlog, world)).toBeUndefined();
    expect(isProven(own, ofBlog)).toBe(true);
    expect(isTakenOver(own, world)).toBe(false);
  });

  test('is not taken when the inventory does not know it: another Skep may have made it', () => {
    expect(otherOwner(claim, ofBlog, aWorld({}, { named: named('shop') }))).toBe('the unit blog');
    expect(isProven(row('shop'), ofBlog)).toBe(false);
  });
});

test('one’s own is nobody else’s', () => {
  expect(otherOwner(claim, { 'skep.unit': 'shop' }, aWorld())).toBeUndefined();
  expect(formerOwner('shop', { 'skep.unit': 'shop' })).toEqual({});
  expect(formerOwner('shop', {})).toEqual({});
});
