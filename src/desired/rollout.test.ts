import { expect, test } from 'vitest';
import { convertRestartPolicy, convertUpdateConfig } from './rollout.ts';

test('restart counts where there is no restart policy', () => {
  expect(convertRestartPolicy({ restart: 'unless-stopped' })).toEqual({ Condition: 'any' });
  expect(convertRestartPolicy({ restart: 'on-failure:3' })).toEqual({
    Condition: 'on-failure',
    MaxAttempts: 3,
  });
  expect(convertRestartPolicy({ restart: 'on-failure' })?.MaxAttempts).toBe(0);
  expect(convertRestartPolicy({ restart: 'no' })).toBeUndefined();
  expect(
    convertRestartPolicy({ restart: 'always', deploy: { restart_policy: { condition: 'none' } } }),
  ).toEqual({ Condition: 'none' });
});

test('zeros that mean something are sent', () => {
  expect(convertUpdateConfig({ parallelism: 0 })).toEqual({ Parallelism: 0, MaxFailureRatio: 0 });
  expect(convertUpdateConfig({})?.Parallelism).toBe(1);
  expect(
    convertRestartPolicy({ deploy: { restart_policy: { delay: 0, max_attempts: 0 } } }),
  ).toEqual({ Delay: 0, MaxAttempts: 0 });
});
