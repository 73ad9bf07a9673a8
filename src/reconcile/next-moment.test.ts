import { expect, test } from 'vitest';
import { aSwarm, aUnit } from '../../test/unit/world.ts';
import type { DesiredObject } from '../desired/desired.ts';
import { temporaryHistory } from '../history/history.fixture.ts';
import type { Maintenance } from '../spec/cluster.ts';
import { nextMoment } from './next-moment.ts';
import { newRecord } from './unit-record.ts';

const base = { unit: 'cluster', options: {} };
const node = (name: string, maintenance?: Maintenance): DesiredObject => ({
  ...base,
  kind: 'node',
  name,
  settings: maintenance === undefined ? {} : { maintenance },
});
const token: DesiredObject = {
  ...base,
  kind: 'token',
  name: 'worker',
  schedule: { rotate: '0 6 * * *' },
};

function next(objects: DesiredObject[], now: string): string | undefined {
  const unit = { ...newRecord('cluster'), desired: aUnit(objects) };
  const facts = { swarm: aSwarm(), history: temporaryHistory(), now: Date.parse(now) };
  const at = nextMoment(unit, facts);
  return at === undefined ? undefined : new Date(at).toISOString().slice(11, 16);
}

test('the first of all rotations and edges of windows counts', () => {
  const nightly = node('w1', { cron: '0 3 * * *', for: 3_600_000_000_000 });
  expect(next([token, nightly, node('w2')], '2026-11-20T01:00:00Z')).toBe('03:00');
  expect(next([token, nightly], '2026-11-20T03:00:00Z')).toBe('04:00');
  expect(next([token, nightly], '2026-11-20T04:00:00Z')).toBe('06:00');
  expect(next([node('w2')], '2026-11-20T04:00:00Z')).toBeUndefined();
});
