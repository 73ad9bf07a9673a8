import { describe, expect, test } from 'vitest';
import type { Action } from '../plan/action.ts';
import { driftIn, settledSince } from './drift.ts';

function action(over: Partial<Action>): Action {
  const base = { unit: 'shop', kind: 'service', name: 'web', action: 'update' } as const;
  return { ...base, restarts: true, reason: '', changes: [], writes: [], ...over };
}

const change = { path: 'image', from: 'redis:6', to: 'redis:7' };
const drift = (actions: Action[], applied: string | null = 'r1') =>
  driftIn(actions, { revision: 'r1', vanished: false }, applied).length;

describe('drift', () => {
  test('is a difference of a revision that was live before', () => {
    expect(drift([action({})])).toBe(1);
    expect(drift([action({ action: 'create' })])).toBe(1);
  });

  test('is not what a new revision brings', () => {
    expect(drift([action({})], 'r0')).toBe(0);
    expect(drift([action({})], null)).toBe(0);
  });

  test("is not Skep's own step in between", () => {
    expect(drift([action({ interim: true })])).toBe(0);
    expect(drift([action({ action: 'blocked', changes: [change], interim: true })])).toBe(0);
  });

  test('is neither what is due by the clock nor what was wished away', () => {
    expect(drift([action({ kind: 'token', name: 'worker' })])).toBe(0);
    expect(drift([action({ action: 'delete' })])).toBe(0);
    expect(drift([action({ kind: 'node', scheduled: true })])).toBe(0);
  });

  test('counts also when it cannot be put right, but not when Swarm itself went back', () => {
    expect(drift([action({ action: 'blocked', changes: [change] })])).toBe(1);
    expect(drift([action({ action: 'blocked' })])).toBe(0);
    const fixed = action({ action: 'blocked', aside: true, changes: [change] });
    expect(drift([fixed])).toBe(0);
    const rolledBack = action({ action: 'blocked', changes: [change], condition: 'RolledBack' });
    expect(drift([rolledBack])).toBe(0);
  });

  test('is settled when nothing is planned for the object any more', () => {
    const drifted = new Set(['service/web', 'service/db'] as const);
    expect(settledSince(drifted, [action({})])).toEqual(['service/db']);
  });
});
