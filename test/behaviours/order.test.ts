import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Service, Task } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
let swarm: TestSwarm;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
});

afterAll(async () => {
  await swarm?.dispose();
});

const sleeping = `image: ${lab.workload}, command: [sleep, "3600"], stop_grace_period: 1s`;

test('a service is made once those it depends on are well', async () => {
  await using skep = await RunningSkep.start(swarm.node('m1').host, {
    'stacks/shop.yaml': `
services:
  web: { ${sleeping}, depends_on: { db: { condition: service_healthy } } }
  db:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    healthcheck: { test: ["CMD", "true"], interval: 1s }
`,
  });
  await skep.ready(['shop']);
  const services = await swarm.node('m1').docker<Service[]>('/services');
  const tasks = await swarm.node('m1').docker<Task[]>('/tasks');
  const [web, db] = ['shop_web', 'shop_db'].map((name) =>
    services.find(({ Spec }) => Spec.Name === name),
  );
  const dbRan = tasks.find(({ ServiceID }) => ServiceID === db?.ID)?.Status.Timestamp ?? '';
  expect(Date.parse(web?.CreatedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(dbRan));
});

test('a whole stack that goes takes its network along, after its tasks', async () => {
  await using skep = await RunningSkep.start(swarm.node('m1').host, {
    'stacks/one.yaml': `services: { a: { ${sleeping} }, b: { ${sleeping} } }`,
    'stacks/two.yaml': `services: { a: { ${sleeping} } }`,
  });
  await skep.ready(['one', 'two']);
  await skep.remove('stacks/one.yaml');
  await eventually(() => skep.unit('one')?.outcome?.result === 'stalled', {
    what: 'the guard',
    within: 10_000,
  });
  expect(skep.unit('one')?.conditions[0]?.type).toBe('PruneRefused');
  await skep.operator.reconcile({ units: ['one'], allow: { prune: true }, by: 'test' });
  await eventually(() => skep.unit('one') === undefined, { what: 'the unit gone', within: 60_000 });
  expect(await swarm.docker(['network', 'ls', '--format', '{{.Name}}'])).not.toContain(
    'one_default',
  );
  expect(await swarm.docker(['service', 'ls', '--format', '{{.Name}}'])).toContain('two_a');
});

test('in observe mode drift is told of, and nothing is written', async () => {
  const files = { 'stacks/shop.yaml': `services: { web: { ${sleeping} } }` };
  await using skep = await RunningSkep.start(swarm.node('m1').host, files);
  await skep.ready(['shop']);
  await skep.stop();

  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  await using observer = await RunningSkep.start(proxy.host, files, { mode: 'observe' });
  await observer.ready(['shop']);
  await swarm.docker(['service', 'scale', '-d', 'shop_web=2']);
  await observer.told('drift.found', 'shop_web');
  expect(observer.unit('shop')).toMatchObject({
    sync: 'out-of-sync',
    outcome: { result: 'wait', reason: 'Observing' },
  });
  expect(proxy.writes()).toEqual([]);
});
