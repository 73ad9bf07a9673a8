import { expect, test } from 'vitest';

import { aNetwork, aNode, aService, aTask } from '../../test/data/swarm-objects.ts';
import type { Network } from '../swarm/types.ts';
import { judgeNetworks } from './judge-networks.ts';

const nodes = [aNode('n1'), aNode('n2')];

/** 13 addresses are usable in a /28. */
const small = aNetwork({ IPAM: { Driver: 'default', Config: [{ Subnet: '10.0.9.0/28' }] } });

function judge(network: Network, replicas: number, mode = 'vip') {
  const service = aService({
    Mode: { Replicated: { Replicas: replicas } },
    EndpointSpec: { Mode: mode },
    TaskTemplate: { Networks: [{ Target: 'net' }] },
  });
  return judgeNetworks({ networks: [network], services: [service], tasks: [], nodes });
}

test('replicas, the virtual IP and one address per node count, from 80 % on', () => {
  expect(judge(small, 7)).toEqual([]);
  expect(judge(small, 8)).toMatchObject([{ reason: 'AddressesScarce', used: 11, capacity: 13 }]);
  expect(judge(small, 10)).toMatchObject([{ reason: 'AddressesScarce', used: 13 }]);
  expect(judge(small, 11)).toMatchObject([{ reason: 'AddressesExhausted', used: 14 }]);
});

test('dnsrr needs no virtual IP', () => {
  expect(judge(small, 9, 'dnsrr')).toMatchObject([{ reason: 'AddressesScarce', used: 11 }]);
});

test('a usual subnet has room', () => expect(judge(aNetwork(), 100)).toEqual([]));

test('IPv6, an unallocated network and other drivers are left alone', () => {
  const config = [{ Subnet: 'fd00::/64' }];
  expect(judge(aNetwork({ IPAM: { Driver: 'default', Config: config } }), 999)).toEqual([]);
  expect(judge(aNetwork({ Driver: '', IPAM: { Driver: '', Config: null } }), 999)).toEqual([]);
  expect(judge({ ...small, Driver: 'macvlan' }, 999)).toEqual([]);
});

test('more tasks than replicas, as during an update, count', () => {
  const services = [aService({ TaskTemplate: { Networks: [{ Target: 'net' }] } })];
  const tasks = Array.from({ length: 9 }, (_, slot) => aTask({ slot, state: 'starting' }));
  const [trouble] = judgeNetworks({ networks: [small], services, tasks, nodes });
  expect(trouble?.used).toBe(12);
});

test('services that publish through it use the ingress network', () => {
  const ingress = { ...small, Name: 'ingress', Ingress: true };
  const published = aService({
    Mode: { Replicated: { Replicas: 9 } },
    EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 80 }] },
  });
  const hosted = aService(
    { EndpointSpec: { Ports: [{ TargetPort: 80, PublishMode: 'host' }] } },
    { ID: 'hosted' },
  );
  const view = { networks: [ingress], tasks: [], nodes };
  expect(judgeNetworks({ ...view, services: [published, hosted] })).toMatchObject([{ used: 12 }]);
});
