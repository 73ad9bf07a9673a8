import { assert, double, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelay, healBackoff, retryBackoff } from './backoff.ts';
import { SelfHeal } from './self-heal.ts';

const middle = () => 0.5;

test('doubles from one second and reaches its cap exactly', () => {
  const delays = [0, 1, 2, 3, 8, 9, 50].map((attempt) =>
    backoffDelay(attempt, retryBackoff, middle),
  );
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
});

test('never leaves its bounds, whatever the attempt and the dice', () => {
  assert(
    property(nat(5_000), double({ min: 0, max: 1, noNaN: true }), (attempt, dice) => {
      const delay = backoffDelay(attempt, retryBackoff, () => dice);
      expect(delay).toBeGreaterThanOrEqual(retryBackoff.baseMs * (1 - retryBackoff.jitter));
      expect(delay).toBeLessThanOrEqual(retryBackoff.capMs);
    }),
  );
});

test('repairs begin at once, slow down to the cap, and never stop', () => {
  const heal = new SelfHeal();
  const waits: number[] = [];
  let now = 0;
  for (let round = 0; round < 8; round += 1) {
    const due = heal.dueAt('web service/web', now);
    waits.push(due - now);
    now = due;
    heal.repaired('web service/web', now);
  }
  expect(waits).toEqual([0, 2_000, 6_000, 18_000, 54_000, 162_000, 300_000, healBackoff.capMs]);
});

test('one old fight does not slow later repairs', () => {
  const heal = new SelfHeal();
  for (let round = 0; round < 5; round += 1) heal.repaired('web service/web', round);
  expect(heal.dueAt('web service/web', 700_000)).toBe(700_000);
});

test('a new revision of a unit starts its repairs afresh, and only its own', () => {
  const heal = new SelfHeal();
  heal.repaired('web service/web', 0);
  heal.repaired('webshop service/web', 0);
  heal.reset('web ');
  expect(heal.dueAt('web service/web', 10)).toBe(10);
  expect(heal.dueAt('webshop service/web', 10)).toBe(2_000);
});
