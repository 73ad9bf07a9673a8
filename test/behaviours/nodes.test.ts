import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { SwarmNode } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let skep: RunningSkep;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 2 });
  ground = new Ground(swarm);
  skep = await RunningSkep.start(swarm.node('m1').host, { 'cluster.yaml': 'nodes: { m1: {} }' });
  await skep.ready(['cluster']);
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

beforeEach(() => {
  skep.news.length = 0;
});

/** Puts nodes into the files and waits until all is as they say. */
async function declare(nodes: string): Promise<void> {
  await write(nodes);
  await skep.ready(['cluster']);
}

async function write(nodes: string): Promise<void> {
  const before = skep.unit('cluster')?.revision;
  await skep.write('cluster.yaml', `nodes: ${nodes}\n`);
  await eventually(() => skep.unit('cluster')?.revision !== before, {
    what: 'the new file noticed',
    within: 10_000,
  });
}

async function role(hostname: string): Promise<SwarmNode['Spec']['Role'] | undefined> {
  return (await ground.nodes(hostname))[0]?.Spec.Role;
}

const condition = (type: string) =>
  skep.unit('cluster')?.conditions.find((found) => found.type === type);

describe('labels', () => {
  test('that files declare come and go with them, and no others', async () => {
    await swarm.docker(['node', 'update', '--label-add', 'by=hand', 'w1']);
    await declare('{ w1: { labels: { disk: ssd, zone: a } } }');
    expect(await ground.labels('w1')).toEqual({ by: 'hand', disk: 'ssd', zone: 'a' });
    await declare('{ w1: { labels: { disk: nvme } } }');
    expect(await ground.labels('w1')).toEqual({ by: 'hand', disk: 'nvme' });
    await swarm.docker(['node', 'update', '--label-add', 'zone=mine', 'w1']);
    await declare('{ m1: {} }');
    expect(await ground.labels('w1')).toEqual({ by: 'hand', zone: 'mine' });
  });

  test('changed by hand are put right and recorded as drift, field by field', async () => {
    await declare('{ w1: { labels: { disk: ssd, zone: a } } }');
    skep.news.length = 0;
    const change = ['--label-rm', 'disk', '--label-add', 'zone=b', '--label-add', 'tmp=1'];
    await swarm.docker(['node', 'update', ...change, 'w1']);
    await skep.told('drift.settled', 'w1');
    expect(await ground.labels('w1')).toMatchObject({ disk: 'ssd', zone: 'a', tmp: '1' });
    const [drift] = skep.operator.history.drift({ unit: 'cluster' }).items;
    expect(drift).toMatchObject({
      kind: 'node',
      name: 'w1',
      settledAt: expect.any(Number) as number,
    });
    expect(drift?.changes).toEqual([
      { path: 'labels.disk', from: null, to: 'ssd' },
      { path: 'labels.zone', from: 'b', to: 'a' },
    ]);
  });
});

test('a node is drained, comes back, and keeps what files do not say', async () => {
  const availability = async () => (await ground.nodes('w1'))[0]?.Spec.Availability;
  await declare('{ w1: { availability: drain } }');
  expect(await availability()).toBe('drain');
  await swarm.docker(['node', 'update', '--availability', 'active', 'w1']);
  await skep.told('drift.settled', 'w1');
  expect(await availability()).toBe('drain');
  await declare('{ w1: { availability: active } }');
  expect(await availability()).toBe('active');
  await declare('{ w1: { labels: { disk: ssd } } }');
  await swarm.docker(['node', 'update', '--availability', 'pause', 'w1']);
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(await availability()).toBe('pause');
  await swarm.docker(['node', 'update', '--availability', 'active', 'w1']);
});

describe('roles', () => {
  test('an even number of managers is refused, with the sum, and the rest is done', async () => {
    await write('{ w1: { role: manager, labels: { disk: hdd } } }');
    const held = await eventually(() => condition('RoleChangeHeld'), {
      what: 'the refusal',
      within: 10_000,
    });
    expect(held).toMatchObject({ kind: 'node', name: 'w1' });
    expect(held.message).toMatch(/from 1 \(bearing the loss of 0\) to 2 \(bearing the loss of 0\)/);
    expect(skep.unit('cluster')?.outcome?.result).toBe('stalled');
    expect(await role('w1')).toBe('worker');
    expect(await ground.labels('w1')).toMatchObject({ disk: 'hdd' });
  });

  test('workers are promoted one by one', async () => {
    await declare('{ w1: { role: manager }, w2: { role: manager } }');
    const nodes = [...(await ground.nodes('w1')), ...(await ground.nodes('w2'))];
    expect(nodes.map(({ ManagerStatus }) => ManagerStatus?.Reachability)).toEqual([
      'reachable',
      'reachable',
    ]);
  });

  test('fewer managers that bear less are refused, until a person forces it', async () => {
    await write('{ w1: { role: worker }, w2: { role: worker } }');
    const held = await eventually(() => condition('RoleChangeHeld'), {
      what: 'the refusal',
      within: 10_000,
    });
    expect(held.message).toMatch(/from 3 \(bearing the loss of 1\) to 1 \(bearing the loss of 0\)/);
    await skep.operator.reconcile({ allow: { force: true }, by: 'test' });
    await skep.ready(['cluster']);
    expect([await role('w1'), await role('w2')]).toEqual(['worker', 'worker']);
  });

  test('the last manager stays, whoever forces it', async () => {
    await write('{ m1: { role: worker } }');
    await skep.operator.reconcile({ allow: { force: true }, by: 'test', wait: true });
    const held = await eventually(() => condition('RoleChangeHeld'), {
      what: 'the refusal',
      within: 10_000,
    });
    expect(held.message).toContain('no manager');
    expect(await role('m1')).toBe('manager');
  });
});

test('a node that has not joined is waited for, and is served within two seconds of joining', async () => {
  await write('{ w3: { labels: { disk: new } }, w1: { labels: { disk: old } } }');
  const missing = await eventually(() => condition('NodeMissing'), {
    what: 'the wait',
    within: 10_000,
  });
  expect(missing.message).toMatch(/^w3 has not joined yet/);
  expect(skep.unit('cluster')?.outcome?.result).toBe('wait');
  expect(await ground.labels('w1')).toMatchObject({ disk: 'old' });
  await swarm.joinNode('worker');
  await eventually(async () => (await ground.labels('w3'))['disk'] === 'new', {
    what: 'the label of the new node',
    within: 2_000,
  });
  await skep.ready(['cluster']);
});

test('a node that joins again under a new ID gets what its name declares, at once', async () => {
  await declare('{ w2: { labels: { disk: ssd } } }');
  const [old] = await ground.nodes('w2');
  await swarm.node('w2').client.swarmLeave({ force: true });
  await swarm.join(swarm.node('w2'));
  const young = async () => (await ground.nodes('w2')).find(({ ID }) => ID !== old?.ID);
  await eventually(async () => (await young())?.Status.State === 'ready', {
    what: 'the node under its new ID',
    within: 15_000,
    every: 20,
  });
  // The old one counts as ready for some 15 seconds more.
  await eventually(async () => (await young())?.Spec.Labels?.['disk'] === 'ssd', {
    what: 'the label under the new ID',
    within: 2_000,
    every: 20,
  });
  await skep.ready(['cluster']);
});
