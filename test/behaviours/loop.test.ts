import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Network, Service, Swarm, SwarmNode } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
let swarm: TestSwarm;
let skep: RunningSkep;

const cluster = `
cluster: { task_history_limit: 3 }
nodes:
  m1: { labels: { disk: ssd } }
networks:
  backend: { driver: overlay, attachable: true }
`;
const shop = (replicas: number) => `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    environment: { COLOUR: green }
    networks: [backend]
    deploy: { replicas: ${replicas}, endpoint_mode: dnsrr }
networks:
  backend: { external: true }
`;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  skep = await RunningSkep.start(swarm.node('m1').host, {
    'cluster.yaml': cluster,
    'stacks/shop.yaml': shop(1),
  });
  await skep.ready(['cluster', 'shop']);
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

beforeEach(() => {
  skep.news.length = 0;
});

async function service(name = 'shop_web'): Promise<Service | undefined> {
  const all = await swarm.node('m1').docker<Service[]>('/services');
  return all.find((one) => one.Spec.Name === name);
}

describe('the loop is woken by', () => {
  test('a changed file', async () => {
    await skep.write('stacks/shop.yaml', shop(2));
    await expect
      .poll(async () => (await service())?.Spec.Mode?.Replicated?.Replicas, { timeout: 10_000 })
      .toBe(2);
    await skep.ready(['shop']);
  });

  test('a file that comes and one that goes', async () => {
    const other = `services: { one: { image: "${lab.workload}", command: [sleep, "3600"], stop_grace_period: 1s } }`;
    await skep.write('stacks/other.yaml', `${other}\nx-skep: { prune: true }\n`);
    await eventually(() => service('other_one'), { what: 'the new service', within: 15_000 });
    await skep.ready(['other']);
    await skep.remove('stacks/other.yaml');
    await eventually(() => skep.unit('other')?.outcome?.result === 'stalled', {
      what: 'the guard that keeps what would go as a whole',
      within: 15_000,
    });
    expect(await service('other_one')).toBeDefined();
    await skep.operator.reconcile({ units: ['other'], allow: { prune: true }, by: 'test' });
    await eventually(
      async () => skep.unit('other') === undefined && !(await service('other_one')),
      {
        what: 'the unit gone',
        within: 30_000,
      },
    );
  });

  test('a person', async () => {
    const receipt = await skep.operator.reconcile({ units: ['shop'], by: 'test', wait: true });
    expect(receipt.outcomes).toEqual({ shop: { result: 'ready' } });
  });
});

describe('a change by hand is put right and recorded as drift', () => {
  test('of a service', async () => {
    await swarm.docker(['service', 'update', '-d', '--env-add', 'COLOUR=red', 'shop_web']);
    await skep.told('drift.found', 'shop_web');
    await skep.told('drift.settled', 'shop_web');
    const env = (await service())?.Spec.TaskTemplate.ContainerSpec?.Env;
    expect(env).toEqual(['COLOUR=green']);
    const [row] = skep.operator.history.drift({ unit: 'shop' }).items as { changes: unknown[] }[];
    expect(row?.changes).toEqual([{ path: 'env.COLOUR', from: '(sensitive)', to: '(sensitive)' }]);
  });

  test('of a node label', async () => {
    await swarm.docker(['node', 'update', '--label-rm', 'disk', 'm1']);
    await skep.told('drift.settled', 'm1');
    const [node] = await swarm.node('m1').docker<SwarmNode[]>('/nodes');
    expect(node?.Spec.Labels).toMatchObject({ disk: 'ssd' });
  });

  test('of a service that was removed, and of the network after it', async () => {
    const before = (await service())?.ID;
    await swarm.docker(['service', 'rm', 'shop_web']);
    await skep.told('drift.settled', 'shop_web', 30_000);
    expect((await service())?.ID).not.toBe(before);
    await skep.ready(['shop']);
  });

  test('of a network that was removed', async () => {
    skep.operator.suspend('shop', 'test');
    await swarm.docker(['service', 'rm', 'shop_web']);
    await eventually(
      async () => {
        await swarm.docker(['network', 'rm', 'backend']);
        return true;
      },
      { what: 'the network removed', within: 30_000, every: 500 },
    );
    await skep.told('drift.settled', 'backend', 60_000);
    const networks = await swarm.node('m1').docker<Network[]>('/networks');
    expect(networks.filter(({ Name }) => Name === 'backend')).toHaveLength(1);
    skep.operator.resume('shop', 'test');
    await skep.ready(['cluster', 'shop']);
  });
});

test('the timer finds what sends no event', async () => {
  await using timed = await RunningSkep.start(
    swarm.node('m1').host,
    { 'cluster.yaml': 'cluster: { task_history_limit: 7 }' },
    { resyncMs: 1_000 },
  );
  await timed.ready(['cluster']);
  await swarm.docker(['swarm', 'update', '--task-history-limit', '9']);
  await expect.poll(historyLimit, { timeout: 10_000 }).toBe(7);
});

async function historyLimit(): Promise<number | undefined> {
  const { Spec } = await swarm.node('m1').docker<Swarm>('/swarm');
  return Spec.Orchestration?.TaskHistoryRetentionLimit;
}
