import { expect, test } from 'vitest';
import { aNode, aSwarm } from '../../test/unit/world.ts';
import type { SwarmNode } from '../swarm/types.ts';
import { joinAnswer } from './join-answer.ts';

function manager(name: string, status: SwarmNode['ManagerStatus']): SwarmNode {
  const seen = { ManagerStatus: status, Status: { State: 'ready', Addr: '0.0.0.0' } };
  return aNode(name, { Role: 'manager' }, seen as Partial<SwarmNode>);
}

const nodes = [
  manager('m2', { Reachability: 'reachable', Addr: '10.0.0.10:2377' }),
  manager('m3', { Reachability: 'unreachable', Addr: '10.0.0.3:2377' }),
  manager('m1', { Reachability: 'reachable', Addr: '10.0.0.2:2377', Leader: true }),
  aNode('w1', {}, { Status: { State: 'ready', Addr: '10.0.0.4' } }),
];

test('the managers that can be reached, in order, and the command with the one that leads', () => {
  expect(joinAnswer('worker', aSwarm(), nodes)).toMatchObject({
    role: 'worker',
    token: 'SWMTKN-1-worker',
    addresses: ['10.0.0.2:2377', '10.0.0.10:2377'],
    leader: '10.0.0.2:2377',
    command: 'docker swarm join --token SWMTKN-1-worker 10.0.0.2:2377',
  });
});

test('without a leader any manager will do', () => {
  const { leader, command } = joinAnswer('manager', aSwarm(), nodes.slice(0, 2));
  expect(leader).toBeNull();
  expect(command).toBe('docker swarm join --token SWMTKN-1-manager 10.0.0.10:2377');
});

test('the address to be reached at is in the command, or in a hint that says which one', () => {
  const { command, hints } = joinAnswer('manager', aSwarm(), nodes, '10.0.0.9');
  expect(command).toContain(' --advertise-addr 10.0.0.9 10.0.0.2:2377');
  expect(hints.join()).not.toContain('--advertise-addr');
  expect(joinAnswer('manager', aSwarm(), nodes).hints[0]).toMatch(
    /never changes.*--advertise-addr/,
  );
  expect(joinAnswer('worker', aSwarm(), nodes).hints[0]).toMatch(/NAT.*--advertise-addr/);
});

test('the port for containers is that of this Swarm', () => {
  expect(joinAnswer('worker', aSwarm(), nodes).hints.join()).toContain('4789/udp');
  const moved = { ...aSwarm(), DataPathPort: 7777 };
  expect(joinAnswer('worker', moved, nodes).hints.join()).toContain('7777/udp');
});
