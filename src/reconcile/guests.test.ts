import { expect, test } from 'vitest';
import { aTask } from '../../test/unit/world.ts';
import type { Action } from '../plan/action.ts';
import { Guests } from './guests.ts';

const action: Action = {
  unit: 'shop',
  kind: 'network',
  name: 'back',
  action: 'replace',
  restarts: false,
  reason: '',
  changes: [],
  writes: [{ call: 'network.remove', id: 'net' }],
};
const refused = (task: string) => ({
  action,
  class: 'blocked' as const,
  message: `rpc error: code = FailedPrecondition desc = network net is in use by task ${task}`,
});

test('a task that no list has is remembered until its unit is asked for again', () => {
  const guests = new Guests();
  guests.note([refused('guest')], { tasks: [] });
  expect([...guests.tasks]).toEqual([['net', 'guest']]);
  guests.reset('other');
  expect(guests.tasks.size).toBe(1);
  guests.reset('shop');
  expect(guests.tasks.size).toBe(0);
});

test('a task of a service, or another failure, is no guest', () => {
  const guests = new Guests();
  const task = aTask('web', 'running');
  guests.note([refused(task.ID), { ...refused('x'), message: 'in use by service web' }], {
    tasks: [task],
  });
  expect(guests.tasks.size).toBe(0);
});
