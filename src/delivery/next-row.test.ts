import { expect, test } from 'vitest';
import { DeliveryFailure } from './delivery-failure.ts';
import { afterFailure, afterSuccess, giveUpMs, rowFor } from './next-row.ts';

const target = { subject: 'worker', key: 'a1' } as const;
const exactly = () => 0.5;
const first = rowFor(target, 'f1', undefined, 1_000);

test('what a target was given last is delivered again only when there is something else', () => {
  expect(first).toMatchObject({
    state: 'pending',
    since: 1_000,
    nextAttemptAt: 1_000,
    attempts: 0,
  });
  const done = afterSuccess(first, 2_000);
  expect(done).toMatchObject({ state: 'delivered', delivered: 'f1', deliveredAt: 2_000 });
  expect(rowFor(target, 'f1', done, 3_000)).toBe(done);
  expect(rowFor(target, 'f2', done, 3_000)).toMatchObject({
    state: 'pending',
    wanted: 'f2',
    since: 3_000,
    delivered: 'f1',
    deliveredAt: 2_000,
  });
});

test('tries are ever further apart, up to five minutes', () => {
  const waits: number[] = [];
  let row = first;
  for (let now = 1_000; waits.length < 11; now = row.nextAttemptAt ?? 0) {
    row = afterFailure(row, new Error('no'), now, exactly);
    waits.push(((row.nextAttemptAt ?? 0) - now) / 1_000);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  expect(row).toMatchObject({ attempts: 11, error: 'no' });
});

test('a receiver that asks for time gets it', () => {
  const busy = new DeliveryFailure('busy', { retryAfterMs: 60_000 });
  expect(afterFailure(first, busy, 1_000, exactly).nextAttemptAt).toBe(61_000);
  const soon = new DeliveryFailure('busy', { retryAfterMs: 10 });
  expect(afterFailure(first, soon, 1_000, exactly).nextAttemptAt).toBe(2_000);
});

test('it is given up after a day, or when the receiver wants no more; a new token begins anew', () => {
  const last = 1_000 + giveUpMs;
  expect(afterFailure(first, new Error('no'), last - 1, exactly).state).toBe('pending');
  const dead = afterFailure(first, new Error('no'), last, exactly);
  expect(dead).toMatchObject({ state: 'dead', nextAttemptAt: null });
  const gone = new DeliveryFailure('gone', { isFinal: true });
  expect(afterFailure(first, gone, 1_000, exactly).state).toBe('dead');
  expect(rowFor(target, 'f1', dead, last)).toBe(dead);
  expect(rowFor(target, 'f2', dead, last)).toMatchObject({ state: 'pending', attempts: 0 });
});
