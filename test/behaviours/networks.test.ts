import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Task } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let skep: RunningSkep;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
  skep = await RunningSkep.start(proxy.host, { 'cluster.yaml': 'cluster: {}' });
  await skep.ready(['cluster']);
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

beforeEach(() => {
  skep.news.length = 0;
});

async function write(networks: string): Promise<void> {
  const before = skep.unit('cluster')?.revision;
  await skep.write('cluster.yaml', `networks:\n${networks}`);
  await eventually(() => skep.unit('cluster')?.revision !== before, {
    what: 'the new file noticed',
    within: 10_000,
  });
}

async function declare(networks: string): Promise<void> {
  await write(networks);
  await skep.ready(['cluster']);
}

const condition = async (type: string, name: string) =>
  await eventually(
    () =>
      skep.unit('cluster')?.conditions.find((found) => found.type === type && found.name === name),
    { what: `the condition ${type} of ${name}`, within: 15_000 },
  );
/** A service of a stack that needs the network of the cluster files. */
const user = (grace: string) => `
services:
  one:
    image: ${lab.workload}
    healthcheck: { test: [CMD, "true"], interval: 1s }
    command: [sh, -c, "trap : TERM; sleep 3600 & wait; sleep 4"]
    stop_grace_period: ${grace}
    networks: [backend]
    deploy: { endpoint_mode: dnsrr, update_config: { monitor: 500ms } }
networks: { backend: { external: true } }
`;

test('a network is made with all that is declared, and is allocated when the unit is ready', async () => {
  await declare(`
  full:
    driver: overlay
    attachable: true
    internal: true
    labels: { tier: back }
    driver_opts: { com.docker.network.driver.mtu: "1400" }
    ipam: { config: [ { subnet: 10.41.0.0/24, gateway: 10.41.0.3, ip_range: 10.41.0.128/25 } ] }
`);
  expect(await ground.network('full')).toMatchObject({
    Driver: 'overlay',
    Scope: 'swarm',
    Attachable: true,
    Internal: true,
    Labels: { tier: 'back' },
    Options: {
      'com.docker.network.driver.mtu': '1400',
      'com.docker.network.driver.overlay.vxlanid_list': expect.stringMatching(/^\d+$/) as string,
    },
    IPAM: { Config: [{ Subnet: '10.41.0.0/24', Gateway: '10.41.0.3', IPRange: '10.41.0.128/25' }] },
  });
  proxy.requests.length = 0;
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(proxy.writes()).toEqual([]);
});

test('a network that was removed by hand comes back', async () => {
  await declare('  backend: { driver: overlay }\n');
  const before = await ground.network('backend');
  await swarm.docker(['network', 'rm', 'backend']);
  await skep.told('drift.settled', 'backend');
  expect((await ground.network('backend'))?.Id).not.toBe(before?.Id);
});

describe('what Swarm cannot change', () => {
  test('is said, field by field, and the network stays as it is', async () => {
    await declare('  fixed: { ipam: { config: [ { subnet: 10.42.0.0/24 } ] } }\n');
    const before = await ground.network('fixed');
    await write(
      '  fixed: { attachable: true, ipam: { config: [ { subnet: 10.43.0.0/24 } ] } }\n  fresh: {}\n',
    );
    const { message } = await condition('ReplaceNeeded', 'fixed');
    expect(message).toMatch(/differs in attachable, ipam.config.subnet\..*x-skep: .*replace: true/);
    expect(await ground.network('fixed')).toEqual(before);
    expect(await ground.network('fresh')).toBeDefined();
    await eventually(() => skep.unit('cluster')?.outcome?.result === 'stalled', {
      what: 'the need of a person',
      within: 10_000,
    });
  });

  test('is replaced where the file allows it', async () => {
    const subnet = '10.43.0.0/24';
    await declare(
      `  fixed: { ipam: { config: [ { subnet: ${subnet} } ] }, x-skep: { replace: true } }\n`,
    );
    expect((await ground.network('fixed'))?.IPAM.Config?.[0]?.Subnet).toBe(subnet);
  });
});

test('a network goes only when the tasks that use it have ended', async () => {
  await declare('  backend: {}\n  other: {}\n  third: {}\n');
  await skep.write('stacks/user.yaml', user('20s'));
  await skep.ready(['user']);
  proxy.requests.length = 0;
  await declareWithout();
  const waits = await eventually(
    () => skep.unit('cluster')?.conditions.find(({ name }) => name === 'backend'),
    { what: 'the wait for its users', within: 10_000 },
  );
  expect(waits.message).toContain('user_one');
  const id = (await ground.network('backend'))?.Id;
  expect(id).toBeDefined();
  await skep.remove('stacks/user.yaml');
  await eventually(async () => !(await ground.network('backend')), {
    what: 'the network gone',
    within: 40_000,
  });
  await skep.ready(['cluster']);
  const removals = proxy.requests.filter(({ method }) => method === 'DELETE');
  expect(removals.map(({ path }) => path.split('/')[1])).toEqual(['services', 'networks']);
});

async function declareWithout(): Promise<void> {
  await write('  other: {}\n  third: {}\n');
}

test('a stack waits for a network that others make, and has its whole time to roll out then', async () => {
  const rolloutTimeoutMs = 3_000;
  await using patient = await RunningSkep.start(
    proxy.host,
    { 'stacks/late.yaml': user('1s').replaceAll('backend', 'theirs') },
    { rolloutTimeoutMs },
  );
  const waited = () =>
    patient.unit('late')?.conditions.find(({ type }) => type === 'ExternalMissing');
  await eventually(() => Date.now() - (waited()?.since ?? Infinity) > rolloutTimeoutMs, {
    what: 'a wait longer than a rollout may take',
    within: 10_000,
  });
  await swarm.docker(['network', 'create', '--driver', 'overlay', 'theirs']);
  await patient.ready(['late'], 30_000);
  expect(JSON.stringify(patient.news)).not.toContain('RolloutTimeout');
});

test('a subnet that others have is a condition, and does not hold up the rest', async () => {
  const others =
    '  other: {}\n  third: {}\n  first: { ipam: { config: [ { subnet: 10.44.0.0/24 } ] } }\n';
  await declare(others);
  await write(
    `${others}  last: {}\n  overlapping: { ipam: { config: [ { subnet: 10.44.0.0/16 } ] } }\n`,
  );
  await skep.write('stacks/apart.yaml', user('1s').replaceAll('backend', 'first'));
  await skep.ready(['apart']);
  await eventually(async () => (await ground.network('last'))?.Driver === 'overlay', {
    what: 'the other network',
    within: 15_000,
  });
  const found = await eventually(
    () => skep.unit('cluster')?.conditions.find(({ name }) => name === 'overlapping'),
    { what: 'the reason', within: 45_000 },
  );
  expect(found.message).toMatch(/overlap|allocated/);
  await declare(`${others}  last: {}\n`);
  expect(await ground.network('overlapping')).toBeUndefined();
});

test('a subnet of which 80 % is needed is told of, and that it is too small before anybody wonders', async () => {
  const crowd = (replicas: number) => `
services:
  crowd:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    networks: [tiny]
    deploy: { replicas: ${replicas}, update_config: { monitor: 500ms } }
networks: { tiny: { ipam: { config: [ { subnet: 10.45.0.0/28 } ] } } }
`;
  const told = () =>
    skep.unit('packed')?.conditions.filter(({ type }) => type.startsWith('Addresses'));
  // Of 13 addresses: the virtual IP, one for the node, and the tasks.
  await skep.write('stacks/packed.yaml', crowd(8));
  await skep.ready(['packed']);
  expect(told()).toEqual([]);
  await skep.write('stacks/packed.yaml', crowd(9));
  await eventually(() => told()?.[0]?.type === 'AddressesScarce', {
    what: 'the warning',
    within: 15_000,
  });
  await skep.ready(['packed']);
  await skep.write('stacks/packed.yaml', crowd(11));
  await eventually(() => told()?.[0]?.message.includes('needs 13 of its 13'), {
    what: 'the warning that nothing is left',
    within: 15_000,
  });
  await skep.ready(['packed']);
  await skep.write('stacks/packed.yaml', crowd(12));
  await eventually(() => told()?.[0]?.type === 'AddressesExhausted', {
    what: 'the network exhausted',
    within: 15_000,
  });
  const { ID } = (await ground.service('packed_crowd')) ?? {};
  await eventually(
    async () => {
      const tasks = await swarm.node('m1').docker<Task[]>('/tasks');
      return tasks.some(({ ServiceID, Status }) => ServiceID === ID && Status.State === 'new');
    },
    { what: 'a task without an address', within: 15_000 },
  );
});
