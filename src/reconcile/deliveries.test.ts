import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aSwarm, aUnit, aWorld } from '../../test/unit/world.ts';
import { temporaryDirectory, temporaryHistory } from '../history/history.fixture.ts';
import type { Leadership } from '../lease/leadership.ts';
import { Deliveries } from './deliveries.ts';
import { noMetrics } from './loop-metrics.ts';
import { createNewsroom } from './news.ts';
import type { Observation } from './observation.ts';
import { systemClock } from './system-clock.ts';
import { newRecord, type UnitRecord } from './unit-record.ts';

function fixture() {
  const file = join(temporaryDirectory(), 'worker.token');
  const history = temporaryHistory();
  const schedule = { deliver: [{ file }] };
  const token = { kind: 'token', unit: 'cluster', name: 'worker', options: {}, schedule } as const;
  const leadership = { leads: vi.fn(() => true) };
  const state: { cluster: UnitRecord | undefined; complete: boolean; changes: number } = {
    cluster: { ...newRecord('cluster'), desired: aUnit([token], { name: 'cluster' }) },
    complete: true,
    changes: 0,
  };
  const deliveries = new Deliveries({
    history,
    clock: systemClock,
    random: () => 0.5,
    log: pino({ level: 'silent' }),
    news: createNewsroom(systemClock),
    metrics: noMetrics,
    mode: 'apply',
    leadership: leadership as unknown as Leadership,
    cluster: () => state.cluster,
    isComplete: () => state.complete,
    onChange: () => (state.changes += 1),
  });
  deliveries.start();
  onTestFinished(() => deliveries.stop());
  const observe = (Worker: string) => {
    const swarm = { ...aSwarm(), JoinTokens: { Worker, Manager: 'm' } };
    deliveries.observed({ snapshot: aWorld({ swarm }).snapshot } as Observation);
  };
  const text = () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  return { deliveries, history, state, leadership, observe, text };
}

test('only the Skep that leads delivers, and it does from the moment it leads', async () => {
  const { leadership, observe, text, history } = fixture();
  leadership.leads.mockReturnValue(false);
  observe('one');
  await systemClock.sleep(50);
  expect([text(), history.deliveries()]).toEqual([undefined, []]);
  leadership.leads.mockReturnValue(true);
  observe('one');
  await vi.waitFor(() => expect(text()).toBe('one\n'));
});

test('a new token is told to the loop, whoever made it', async () => {
  const { observe, state, text } = fixture();
  observe('one');
  observe('one');
  expect(state.changes).toBe(0);
  observe('two');
  expect(state.changes).toBe(1);
  await vi.waitFor(() => expect(text()).toBe('two\n'));
});

test('what the files want no more is forgotten, and what they cannot be asked about is not', async () => {
  const { deliveries, observe, history, state } = fixture();
  observe('one');
  await vi.waitFor(() => expect(history.deliveries()).toMatchObject([{ state: 'delivered' }]));
  Object.assign(state, { cluster: undefined, complete: false });
  deliveries.wake();
  await systemClock.sleep(50);
  expect(history.deliveries()).toHaveLength(1);
  state.complete = true;
  deliveries.wake();
  await vi.waitFor(() => expect(history.deliveries()).toEqual([]));
});
