import { expect, test } from 'vitest';
import { conditionsOf } from './conditions.ts';
import type { PassFacts } from './decide-outcome.ts';

const facts: PassFacts = {
  now: 50,
  problem: undefined,
  actions: [],
  diagnostics: [],
  held: [],
  applied: { done: [], failed: [] },
  health: new Map([
    ['service/web', { health: 'degraded', reason: 'NoSuitableNode', message: 'no node has a GPU' }],
  ]),
  notices: [],
  writingPasses: 0,
  progressingSince: null,
  rolloutTimeoutMs: 1_000,
};

test('a condition keeps the time it began, whatever its words', () => {
  const first = conditionsOf(facts, []);
  expect(first).toMatchObject([
    { type: 'NoSuitableNode', kind: 'service', name: 'web', since: 50 },
  ]);
  const health: PassFacts['health'] = new Map([
    [
      'service/web',
      { health: 'degraded', reason: 'NoSuitableNode', message: '2 nodes have no GPU' },
    ],
  ]);
  const later = conditionsOf({ ...facts, now: 90, health }, first);
  expect(later).toMatchObject([{ since: 50, message: '2 nodes have no GPU' }]);
});

test('a condition that is over is gone, and begins anew when it comes back', () => {
  const first = conditionsOf(facts, []);
  const over = conditionsOf({ ...facts, health: new Map() }, first);
  expect(over).toEqual([]);
  expect(conditionsOf({ ...facts, now: 90 }, over)[0]?.since).toBe(90);
});

test('of nodes also what is no trouble shows, but for a node that is simply drained', () => {
  const shown = (health: PassFacts['health']) =>
    conditionsOf({ ...facts, health }, []).map(({ type, kind }) => [type, kind]);
  const calm = { health: 'healthy', message: '' } as const;
  expect(shown(new Map([['node/w1', { ...calm, reason: 'Maintenance' }]]))).toEqual([
    ['Maintenance', 'node'],
  ]);
  expect(shown(new Map([['node/w1', { ...calm, reason: 'Drained' }]]))).toEqual([]);
  expect(shown(new Map([['service/web', { ...calm, reason: 'Running' }]]))).toEqual([]);
});

test('wrong files show with their place', () => {
  const diagnostic = {
    severity: 'error',
    code: 'unknown-key',
    message: 'no key "imgae"',
    place: { file: 'stacks/shop.yaml', line: 3, column: 5 },
  } as const;
  const found = conditionsOf({ ...facts, health: new Map(), diagnostics: [diagnostic] }, []);
  expect(found[0]?.message).toBe('stacks/shop.yaml:3:5: no key "imgae"');
});
