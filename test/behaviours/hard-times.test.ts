import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RotationRow } from '../../src/history/history.ts';
import type { Service, Swarm } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { MovedClock } from './moved-clock.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
let swarm: TestSwarm;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
});

afterAll(async () => {
  await swarm?.dispose();
});

afterEach(async () => {
  for (const { Spec } of await services()) await swarm.docker(['service', 'rm', Spec.Name]);
});

async function services(): Promise<Service[]> {
  return await swarm.node('m1').docker<Service[]>('/services');
}

async function service(name: string): Promise<Service | undefined> {
  return (await services()).find(({ Spec }) => Spec.Name === name);
}

const web = (command: string, extra = '') => `
services:
  web:
    image: ${lab.workload}
    command: ${command}
    stop_grace_period: 1s
    deploy:
      restart_policy: { condition: any, delay: 500ms }
      update_config: { failure_action: rollback, monitor: 2s }
${extra}`;
const sleeping = '[sleep, "3600"]';

test('a spec that Swarm rolled back is not sent again, until the file changes', async () => {
  await using skep = await RunningSkep.start(swarm.node('m1').host, {
    'stacks/shop.yaml': web(sleeping),
  });
  await skep.ready(['shop']);
  await skep.write('stacks/shop.yaml', web('["false"]'));
  await eventually(() => skep.unit('shop')?.outcome?.result === 'stalled', {
    what: 'the roll-back noticed',
    within: 60_000,
  });
  const after = await service('shop_web');
  expect(after?.UpdateStatus?.State).toBe('rollback_completed');
  expect(skep.unit('shop')?.conditions.map(({ type }) => type)).toContain('RolledBack');

  await skep.operator.reconcile({ units: ['shop'], by: 'test', wait: true });
  expect((await service('shop_web'))?.Version.Index).toBe(after?.Version.Index);

  await skep.stop();
  await skep.boot();
  await eventually(() => skep.unit('shop')?.outcome?.result === 'stalled', {
    what: 'the refusal remembered over a restart',
    within: 15_000,
  });
  expect((await service('shop_web'))?.Version.Index).toBe(after?.Version.Index);

  await skep.write('stacks/shop.yaml', web('[sleep, "1800"]'));
  await skep.ready(['shop']);
  expect((await service('shop_web'))?.Spec.TaskTemplate.ContainerSpec?.Args?.[1]).toBe('1800');
});

describe('a broken file', () => {
  test('keeps the last good version in place, also against changes by hand, and prunes nothing', async () => {
    await using skep = await RunningSkep.start(swarm.node('m1').host, {
      'stacks/shop.yaml': web(sleeping),
      'stacks/old.yaml': web(sleeping),
    });
    await skep.ready(['shop', 'old']);
    await skep.write('stacks/shop.yaml', 'services: { web: { imgae: x } }');
    await skep.remove('stacks/old.yaml');
    await eventually(() => skep.unit('shop')?.outcome?.result === 'stalled', {
      what: 'the mistake shown',
      within: 10_000,
    });
    expect(JSON.stringify(skep.unit('shop')?.outcome)).toMatch(/stacks\/shop\.yaml:1:\d+/);
    await swarm.docker(['service', 'scale', '-d', 'shop_web=3']);
    await skep.told('drift.settled', 'shop_web');
    expect((await service('shop_web'))?.Spec.Mode?.Replicated?.Replicas).toBe(1);
    expect(await service('old_web')).toBeDefined();
  });
});

test('a suspended unit is left alone, also over a restart', async () => {
  await using skep = await RunningSkep.start(swarm.node('m1').host, {
    'stacks/shop.yaml': web(sleeping),
  });
  await skep.ready(['shop']);
  expect(skep.operator.suspend('shop', 'test')).toBe(true);
  await skep.stop();
  await skep.boot();
  await eventually(() => skep.unit('shop')?.lastRunAt, { what: 'a first look', within: 10_000 });
  await swarm.docker(['service', 'scale', '-d', 'shop_web=2']);
  const { outcomes } = await skep.operator.reconcile({ units: ['shop'], by: 'test', wait: true });
  expect(outcomes?.['shop']).toMatchObject({ reason: 'Suspended' });
  expect((await service('shop_web'))?.Spec.Mode?.Replicated?.Replicas).toBe(2);
  skep.operator.resume('shop', 'test');
  await eventually(async () => (await service('shop_web'))?.Spec.Mode?.Replicated?.Replicas === 1, {
    what: 'the work taken up again',
    within: 15_000,
  });
});

test('a unit that is suspended in the middle of a run stays so', async () => {
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  await using skep = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': web(sleeping) });
  await skep.ready(['shop']);
  const lift = proxy.fault({ method: 'POST', path: /\/update/, kind: 'hold', times: 1 });
  await skep.write('stacks/shop.yaml', web(sleeping, '    environment: { A: b }'));
  await eventually(() => proxy.requests.some(({ fault }) => fault === 'hold'), {
    what: 'a call under way',
    within: 15_000,
  });
  skep.operator.suspend('shop', 'test');
  lift();
  await skep.told('change.finished', 'shop_web');
  const { outcomes } = await skep.operator.reconcile({ units: ['shop'], by: 'test', wait: true });
  expect(outcomes?.['shop']).toMatchObject({ reason: 'Suspended' });
  expect(skep.unit('shop')?.suspended).toBe(true);
});

test('all units are suspended together, one that comes meanwhile too, over a restart', async () => {
  await using skep = await RunningSkep.start(swarm.node('m1').host, {
    'stacks/shop.yaml': web(sleeping),
  });
  await skep.ready(['shop']);
  skep.operator.suspend(null, 'test');
  await skep.stop();
  await skep.write('stacks/late.yaml', web(sleeping));
  await skep.boot();
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(skep.unit('late')).toMatchObject({ suspended: true, sync: 'out-of-sync' });
  skep.operator.resume('late', 'test');
  const { outcomes } = await skep.operator.reconcile({ units: ['late'], by: 'test', wait: true });
  expect(outcomes?.['late']).toMatchObject({ reason: 'Suspended' });
  expect(await service('late_web')).toBeUndefined();
  skep.operator.resume(null, 'test');
  await skep.ready(['late', 'shop']);
});

test('an Engine that is not there yet is waited for, and said so', async () => {
  await using skep = await RunningSkep.start('tcp://127.0.0.1:1', {
    'stacks/shop.yaml': web(sleeping),
  });
  const response = await fetch(`${skep.url}/readyz?verbose`);
  expect(response.status).toBe(503);
  await eventually(() => skep.unit('shop')?.outcome?.result === 'retry', {
    what: 'a failed run',
    within: 10_000,
  });
  const engine = skep.operator.status().checks.find(({ name }) => name === 'engine');
  expect(engine).toMatchObject({
    ok: false,
    message: expect.stringContaining('127.0.0.1') as string,
  });
});

test('writes whose answers are lost are neither lost nor repeated', async () => {
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  proxy.fault({ method: 'POST', path: /^\/(services|networks)\/create/, kind: 'cut', times: 2 });
  await using skep = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': web(sleeping) });
  await skep.ready(['shop']);
  const created = (await services()).filter(({ Spec }) => Spec.Name === 'shop_web');
  expect(created).toHaveLength(1);
  const results = skep.operator.history.runs({ unit: 'shop' }).items as { result: string }[];
  expect(results[0]?.result).toBe('ready');
});

test('a version that moved between look and write is planned anew', async () => {
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  await using skep = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': web(sleeping) });
  await skep.ready(['shop']);
  const lift = proxy.fault({ method: 'POST', path: /\/update/, kind: 'hold', times: 1 });
  await skep.write('stacks/shop.yaml', web(sleeping, '    environment: { COLOUR: green }'));
  await eventually(() => proxy.requests.some(({ fault }) => fault === 'hold'), {
    what: 'the update under way',
    within: 10_000,
  });
  await swarm.docker(['service', 'update', '-d', '--label-add', 'by=hand', 'shop_web']);
  lift();
  await skep.ready(['shop']);
  const { Spec } = (await service('shop_web'))!;
  expect(Spec.TaskTemplate.ContainerSpec?.Env).toEqual(['COLOUR=green']);
});

test('what changed while the event stream was cut is found when it is back', async () => {
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  await using skep = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': web(sleeping) });
  await skep.ready(['shop']);
  const lift = proxy.fault({ path: /.*/, kind: 'error' });
  proxy.cutAll();
  await swarm.docker(['service', 'scale', '-d', 'shop_web=2']);
  lift();
  await skep.told('drift.settled', 'shop_web', 20_000);
  expect((await service('shop_web'))?.Spec.Mode?.Replicated?.Replicas).toBe(1);
});

describe('join tokens', () => {
  const tokens = async () => (await swarm.node('m1').docker<Swarm>('/swarm')).JoinTokens;
  const rotations = (skep: RunningSkep): RotationRow[] => skep.operator.history.rotations({}).items;

  test('rotate once when a person says so, on the record without the token', async () => {
    await using skep = await RunningSkep.start(swarm.node('m1').host, {
      'cluster.yaml': 'cluster: { task_history_limit: 5 }',
    });
    await skep.ready(['cluster']);
    const before = await tokens();
    const row = await skep.operator.rotate('worker', 'test');
    const after = await tokens();
    expect(after.Worker).not.toBe(before.Worker);
    expect(after.Manager).toBe(before.Manager);
    expect(row).toMatchObject({ role: 'worker', slot: null, trigger: 'test', result: 'done' });
    expect(rotations(skep)).toHaveLength(1);
    expect(JSON.stringify(rotations(skep))).not.toContain(after.Worker);
  });

  test('rotate exactly once for a slot, even when the answer is lost and Skep starts again', async () => {
    await using proxy = await RecordingProxy.start(swarm.node('m1').host);
    const files = { 'cluster.yaml': 'tokens: { worker: { rotate: "* * * * *" } }' };
    const clock = new MovedClock();
    await using skep = await RunningSkep.start(proxy.host, files, {}, { clock });
    await skep.ready(['cluster']);
    const before = await tokens();
    proxy.fault({ method: 'POST', path: /^\/swarm\/update/, kind: 'cut', times: 1 });
    clock.moveTo(skep.operator.tokens()[0]?.nextRotationAt ?? Infinity);
    await eventually(async () => (await tokens()).Worker !== before.Worker, {
      what: 'the slot at the next full minute',
      within: 10_000,
    });
    await skep.stop();
    await skep.boot();
    await skep.ready(['cluster']);
    const writes = proxy.writes().filter(({ path }) => path.startsWith('/swarm/update'));
    const rows = rotations(skep);
    expect(rows).toHaveLength(writes.length);
    expect(rows.every(({ result }) => result === 'done')).toBe(true);
    expect(new Set(rows.map(({ slot }) => slot)).size).toBe(rows.length);
  });
});
