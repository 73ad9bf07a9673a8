import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../reconcile/clock.fixture.ts';
import { createLeadership } from './leadership.ts';
import type { SeenLease } from './lease.ts';

const leaseMs = 15_000;

/** Lets promises that are ready run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** One of several, beside a Swarm that can be made silent. */
async function start(live?: SeenLease) {
  const clock = manualClock();
  const swarm = { live, silent: false };
  const told: boolean[] = [];
  const write = async (record: SeenLease['record']) => {
    swarm.live = { id: 'lock', version: (swarm.live?.version ?? 0) + 1, record };
  };
  const leadership = createLeadership({
    store: {
      async read() {
        if (swarm.silent) throw new Error('no answer');
        return swarm.live;
      },
      create: write,
      swap: (_seen, next) => write(next),
    },
    identity: 'm1-3f9a1c',
    leaseMs,
    now: () => clock.now(),
    suspended: () => [],
    takeSuspended: () => undefined,
    clock,
    log: pino({ level: 'silent' }),
    onChange: (leads) => void told.push(leads),
  });
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  void leadership.keep(stopping.signal);
  await settled();
  return { clock, swarm, told, leadership };
}

test('who leads may write while it renews, and says so once', async () => {
  const { clock, told, leadership, swarm } = await start();
  for (let second = 0; second < 60; second += 1) {
    expect(() => leadership.guard('DELETE')).not.toThrow();
    await clock.advance(1_000);
  }
  expect(told).toEqual([true]);
  expect(swarm.live?.version).toBe(13);
});

test('who cannot renew stops to remove first, then to write, and tells', async () => {
  const { clock, told, leadership, swarm } = await start();
  swarm.silent = true;
  await clock.advance(leaseMs / 2);
  expect(() => leadership.guard('DELETE')).toThrow(/does not lead/);
  expect(() => leadership.guard('POST')).not.toThrow();
  await clock.advance(leaseMs / 6);
  expect(() => leadership.guard('POST')).toThrow(/does not lead/);
  await clock.advance(leaseMs / 10);
  expect(told).toEqual([true, false]);
  swarm.silent = false;
  await clock.advance(leaseMs / 10);
  expect(told).toEqual([true, false, true]);
});

test('who stands by says in its refusal who leads', async () => {
  const record = { holder: 'm2-77ab01', durationMs: leaseMs, counter: 1, suspended: [] };
  const { leadership, told } = await start({ id: 'lock', version: 7, record });
  expect(() => leadership.guard('POST')).toThrow(/m2-77ab01 leads/);
  expect(leadership.holder).toBe('m2-77ab01');
  expect(told).toEqual([]);
});

test('what the next one must know goes into the lease at once', async () => {
  const { leadership, swarm } = await start();
  leadership.tell();
  await settled();
  expect(swarm.live?.version).toBe(2);
});
