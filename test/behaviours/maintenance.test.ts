import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Task } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { MovedClock } from './moved-clock.ts';
import { RunningSkep } from './running-skep.ts';

/** Nodes that are drained, by a file or by the clock. */
const hour = 3_600_000;
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let skep: RunningSkep;
let clock: MovedClock;

// It takes its time to stop, so that the draining can be seen.
const shop = `
services:
  web:
    image: ${lab.workload}
    command: [sh, -c, "trap '' TERM; sleep 3600 & wait; wait"]
    stop_grace_period: 4s
    deploy: { replicas: 3, placement: { max_replicas_per_node: 1 } }
  agent:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    deploy: { mode: global }
`;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 2 });
  ground = new Ground(swarm);
  clock = new MovedClock();
  skep = await RunningSkep.start(
    swarm.node('m1').host,
    { 'cluster.yaml': 'nodes: { w1: {} }', 'stacks/shop.yaml': shop },
    {},
    { clock },
  );
  await skep.ready(['cluster', 'shop']);
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

async function write(nodes: string): Promise<void> {
  const before = skep.unit('cluster')?.revision;
  await skep.write('cluster.yaml', `nodes: ${nodes}\n`);
  await eventually(() => skep.unit('cluster')?.revision !== before, {
    what: 'the new file noticed',
    within: 10_000,
  });
}

async function is(name: string, availability: string, within = 20_000): Promise<void> {
  await eventually(async () => (await ground.nodes(name))[0]?.Spec.Availability === availability, {
    what: `${name} ${availability}`,
    within,
  });
}

async function tasksOn(name: string): Promise<Task[]> {
  const [node] = await ground.nodes(name);
  const tasks = await swarm.node('m1').docker<Task[]>('/tasks');
  return tasks.filter(({ NodeID, Status }) => NodeID === node?.ID && Status.State === 'running');
}

const condition = (type: string) =>
  skep.unit('cluster')?.conditions.find((found) => found.type === type);

test('draining a node waits for its tasks, and says which are left', async () => {
  expect(await tasksOn('w1')).toHaveLength(2);
  await write('{ w1: { availability: drain } }');
  const draining = await eventually(() => condition('Draining'), {
    what: 'the draining',
    within: 10_000,
  });
  expect(draining).toMatchObject({ kind: 'node', name: 'w1' });
  expect(draining.message).toMatch(/^It is drained, and . tasks? (are|is) still there: .*shop_web/);
  expect(skep.unit('cluster')).toMatchObject({ health: 'progressing' });
  await skep.ready(['cluster']);
  expect(await tasksOn('w1')).toEqual([]);
  expect(condition('Draining')).toBeUndefined();
  await write('{ w1: { availability: active } }');
  await skep.ready(['cluster']);
});

test('a window drains a node and gives it back, whatever happens in it', async () => {
  const windows = '{ w1: { labels: { disk: ssd }, maintenance: { cron: "0 3 * * *", for: 2h } } }';
  await write(windows);
  await skep.ready(['cluster']);
  await swarm.docker(['node', 'update', '--availability', 'pause', 'w1']);
  const slot = skep.unit('cluster')?.nextRunAt ?? 0;
  expect(new Date(slot).toISOString()).toMatch(/T0[35]:00:00/);
  skep.news.length = 0;

  clock.moveTo(nextThree());
  await is('w1', 'drain');
  expect(await ground.labels('w1')).toEqual({ disk: 'ssd', 'skep.before-maintenance': 'pause' });
  await skep.ready(['cluster']);
  const until = new Date(clock.now() - (clock.now() % hour) + 2 * hour).toISOString().slice(0, 16);
  expect(condition('Maintenance')?.message).toContain(`In maintenance until ${until}`);
  const [resource] = skep.operator.resources({ kind: 'node' });
  expect(resource).toMatchObject({ name: 'w1', sync: 'synced', health: 'healthy' });
  expect(resource?.message).toContain(until);
  expect(skep.news.filter(({ type }) => type.startsWith('drift'))).toEqual([]);

  await swarm.docker(['node', 'update', '--availability', 'active', 'w1']);
  await skep.told('drift.settled', 'w1');
  await is('w1', 'drain');

  await skep.stop();
  await skep.boot();
  await skep.ready(['cluster']);
  clock.moveTo(clock.now() + 2 * hour);
  await is('w1', 'pause');
  expect(await ground.labels('w1')).toEqual({ disk: 'ssd' });
  await skep.ready(['cluster']);
  expect(condition('Maintenance')).toBeUndefined();
  await swarm.docker(['node', 'update', '--availability', 'active', 'w1']);
});

test('windows at the same time leave one node, and say so', async () => {
  const window = 'maintenance: { cron: "0 3 * * *", for: 2h }';
  await write(`{ m1: { ${window} }, w1: { ${window} }, w2: { ${window}, availability: active } }`);
  await skep.ready(['cluster']);
  clock.moveTo(nextThree());
  const held = await eventually(() => condition('MaintenanceHeld'), {
    what: 'the wait',
    within: 15_000,
  });
  expect(held.message).toContain('last active node');
  const all = async () =>
    (await Promise.all(['m1', 'w1', 'w2'].map((name) => ground.nodes(name)))).map(
      ([node]) => node?.Spec.Availability,
    );
  await eventually(async () => (await all()).filter((one) => one === 'drain').length === 2, {
    what: 'the two others drained',
    within: 15_000,
  });
  await write('{ w2: {} }');
  await eventually(async () => (await all()).every((one) => one === 'active'), {
    what: 'all back once no file has a window',
    within: 15_000,
  });
  await skep.ready(['cluster']);
});

function nextThree(): number {
  const day = 24 * hour;
  const three = Math.floor(clock.now() / day) * day + 3 * hour;
  return three > clock.now() ? three : three + day;
}
