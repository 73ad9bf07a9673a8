import { expect, test } from 'vitest';
import { aNetwork } from '../../../test/unit/world.ts';
import type { DesiredNetwork } from '../../desired/desired.ts';
import type { Network } from '../../swarm/types.ts';
import { takenSubnets } from './taken-subnets.ts';

const withSubnet = (name: string, Subnet: string): Network =>
  aNetwork(name, { IPAM: { Driver: 'default', Config: [{ Subnet }] } });

test.each([
  ['10.1.0.0/24', '10.1.0.0/24', true],
  ['10.1.0.0/16', '10.1.7.0/24', true],
  ['10.1.7.128/25', '10.1.0.0/16', true],
  ['10.1.0.0/24', '10.1.1.0/24', false],
  ['fd00:1::/64', 'fd00:1:0:0::/80', true],
  ['fd00:1::/64', 'fd00:2::/64', false],
  ['10.1.0.0/24', 'fd00:1::/64', false],
])('%s beside %s: %s', (wished, there, taken) => {
  const live = withSubnet('back', '10.9.0.0/24');
  const desired: DesiredNetwork = {
    kind: 'network',
    unit: 'shop',
    name: 'back',
    options: {},
    spec: { Name: 'back', IPAM: { Config: [{ Subnet: wished }] } },
  };
  const found = takenSubnets(desired, live, [live, withSubnet('other', there)]);
  expect(found).toEqual(taken ? [`subnet ${wished}, which the network other has`] : []);
});
