import { describe, expect, test } from 'vitest';
import type { DesiredUnit } from '../desired/desired.ts';
import type { DesiredSet, Wish } from './desired-set.ts';
import { UnitRegistry } from './unit-registry.ts';

function wish(name: string, revision: string): Wish {
  const desired: DesiredUnit = {
    name,
    revision,
    options: {},
    objects: [],
    external: [],
    diagnostics: [],
  };
  return { name, kind: 'stack', files: [`${name}.yaml`], revision, desired };
}

function broken(name: string): Wish {
  const problem = `${name}.yaml:1:1: no`;
  return { name, kind: 'stack', files: [`${name}.yaml`], revision: '', problem };
}

function take(units: UnitRegistry, wishes: Wish[], owners: string[] = []): string[] {
  const complete = wishes.every((wish) => wish.problem === undefined);
  const set: DesiredSet = { wishes, diagnostics: [], complete, readAt: 0, lastGood: [] };
  return units.takeIn(set, new Set(owners)).map(({ name }) => name);
}

describe('what files say is taken in', () => {
  test('and only units whose wish changed are named', () => {
    const units = new UnitRegistry();
    expect(take(units, [wish('a', '1'), wish('b', '1')])).toEqual(['a', 'b']);
    expect(take(units, [wish('a', '1'), wish('b', '2')])).toEqual(['b']);
    expect(take(units, [wish('a', '1'), wish('b', '2')])).toEqual([]);
  });

  test('and a unit whose files are wrong keeps its last good version', () => {
    const units = new UnitRegistry();
    take(units, [wish('a', '1')]);
    expect(take(units, [broken('a')])).toEqual(['a']);
    expect(units.get('a')).toMatchObject({ revision: '1', problem: 'a.yaml:1:1: no' });
    expect(take(units, [wish('a', '1')])).toEqual(['a']);
    expect(units.get('a')?.problem).toBeUndefined();
  });

  test('and a unit that was wrong from the start wants nothing', () => {
    const units = new UnitRegistry();
    take(units, [broken('a')]);
    expect(units.get('a')?.desired).toBeUndefined();
  });
});

describe('a unit that no file names any more', () => {
  test('is gone, once, and comes back with its file', () => {
    const units = new UnitRegistry();
    take(units, [wish('a', '1'), wish('b', '1')]);
    expect(take(units, [wish('b', '1')])).toEqual(['a']);
    expect(units.get('a')?.vanished).toBe(true);
    expect(take(units, [wish('b', '1')])).toEqual([]);
    expect(take(units, [wish('a', '1'), wish('b', '1')])).toEqual(['a']);
    expect(units.get('a')?.vanished).toBe(false);
  });

  test('is not believed to be gone while anything could not be read', () => {
    const units = new UnitRegistry();
    take(units, [wish('a', '1'), wish('b', '1')]);
    expect(take(units, [broken('b')])).toEqual(['b']);
    expect(units.get('a')?.vanished).toBe(false);
  });

  test('is known after a restart by what it owns', () => {
    const units = new UnitRegistry();
    expect(take(units, [wish('b', '1')], ['a'])).toEqual(['b', 'a']);
    expect(units.get('a')?.vanished).toBe(true);
  });
});
