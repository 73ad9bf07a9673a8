import { expect, test } from 'vitest';
import { aNode, aService, aTask, ms } from '../../test/data/swarm-objects.ts';
import { judgeDrain } from './judge-drain.ts';

const node = aNode('n1');
const services = [aService(), aService({ Name: 'shop_web' }, { ID: 'web' })];
const web = (more = {}) => aTask({}, { ServiceID: 'web', ...more });

test('a node is being drained while tasks of services are on it, whatever is wanted of them', () => {
  const tasks = [web(), web(), aTask({ desired: 'shutdown' }), web({ NodeID: 'n2' })];
  expect(judgeDrain(node, tasks, services)).toEqual({
    health: 'progressing',
    reason: 'Draining',
    message: 'It is drained, and 3 tasks are still there: shop_redis, shop_web (2).',
  });
});

test('it is drained when they have ended, and what belongs to no service may stay', () => {
  const attached = aTask();
  delete attached.ServiceID;
  const tasks = [aTask({ state: 'shutdown' }), aTask({ state: 'failed' }), attached];
  expect(judgeDrain(node, tasks, services)).toMatchObject({ health: 'healthy', reason: 'Drained' });
});

test('tasks of a node that is down are not waited for', () => {
  const down = aNode('n1', { Status: { State: 'down' } });
  expect(judgeDrain(down, [web()], services).health).toBe('healthy');
});

test('in maintenance it says until when', () => {
  expect(judgeDrain(node, [], services, ms(60))).toEqual({
    health: 'healthy',
    reason: 'Maintenance',
    message: 'In maintenance until 2026-01-01T00:01:00Z; no task is left on it.',
  });
  expect(judgeDrain(node, [web()], services, ms(60)).message).toBe(
    'In maintenance until 2026-01-01T00:01:00Z, and 1 task is still there: shop_web.',
  );
});
