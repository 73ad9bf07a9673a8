import { expect, test } from 'vitest';

import { aService, aTask, ms } from '../../test/data/swarm-objects.ts';
import { holdMonitor } from './hold-monitor.ts';
import { degraded, healthy } from './service-health.ts';

const well = healthy('Running', '1 of 1 tasks run.');
const task = aTask({ slot: 1 });

test('a rollout is done when the same tasks ran for the monitor time', () => {
  const first = holdMonitor(undefined, aService(), [task], well, ms(0));
  expect(first).toMatchObject({ held: false, until: ms(5) });
  expect(holdMonitor(first.hold, aService(), [task], well, ms(4.9)).held).toBe(false);
  expect(holdMonitor(first.hold, aService(), [task], well, ms(5)).held).toBe(true);
});

test('the monitor time is the update’s own', () => {
  const service = aService({ UpdateConfig: { Parallelism: 1, Monitor: 20e9 } });
  const first = holdMonitor(undefined, service, [task], well, ms(0));
  expect(first.until).toBe(ms(20));
});

test('it starts again when another task took over between two looks', () => {
  const first = holdMonitor(undefined, aService(), [task], well, ms(0));
  const next = holdMonitor(first.hold, aService(), [aTask({ slot: 1 })], well, ms(6));
  expect(next).toMatchObject({ held: false, until: ms(11) });
});

test('it starts again after an illness', () => {
  const ill = degraded('TaskFailing', '');
  const first = holdMonitor(undefined, aService(), [task], well, ms(0));
  const second = holdMonitor(first.hold, aService(), [task], ill, ms(3));
  expect(second).toEqual({ held: false });
  expect(holdMonitor(second.hold, aService(), [task], well, ms(6)).held).toBe(false);
});

test('nothing that runs needs no waiting', () => {
  expect(holdMonitor(undefined, aService(), [], healthy('JobCompleted', ''), ms(0)).held).toBe(
    true,
  );
});
