import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Service, Task } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

/** A network whose shape changes while services use it. Both nodes run tasks of it. */
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let skep: RunningSkep;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 1 });
  ground = new Ground(swarm);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
});

beforeEach(async () => {
  skep = await RunningSkep.start(proxy.host, {});
});

afterEach(async () => {
  await skep[Symbol.asyncDispose]();
  await swarm.docker(['rm', '-f', 'guest'], worker);
  await ground.clear();
});

afterAll(async () => {
  await proxy?.close();
  await swarm?.dispose();
});

type Deploy = { replicas?: number; stops?: number; more?: string };

/** `stops`: the seconds it takes to end. */
function service(networks: string[], { replicas = 1, stops = 0, more = '' }: Deploy = {}): string {
  return `
    image: ${lab.workload}
    command: [sh, -c, "trap 'sleep ${stops}; exit 0' TERM; while true; do sleep 0.1; done"]
    stop_grace_period: 20s
    networks: [${networks.join(', ')}]
    deploy:
      replicas: ${replicas}
      endpoint_mode: dnsrr
      update_config: { parallelism: 0, monitor: 500ms, failure_action: rollback }
    ${more}`;
}

const replaceable = (subnet: string, rest = '') =>
  `{ ${rest}ipam: { config: [ { subnet: ${subnet} } ] }, x-skep: { replace: true } }`;

async function declare(files: Record<string, string>, changed: string[]): Promise<void> {
  const before = new Map(changed.map((unit) => [unit, skep.unit(unit)?.revision]));
  proxy.requests.length = 0;
  skep.news.length = 0;
  for (const [path, text] of Object.entries(files)) await skep.write(path, text);
  await eventually(
    () =>
      changed.every((unit) => ![undefined, before.get(unit)].includes(skep.unit(unit)?.revision)),
    { what: 'the new files noticed', within: 10_000 },
  );
}

const tasksOf = async ({ ID }: Service): Promise<Task[]> =>
  (await swarm.node('m1').docker<Task[]>('/tasks')).filter(({ ServiceID }) => ServiceID === ID);

/** Changes with anything that is done to a service. */
async function traceOf(name: string): Promise<unknown> {
  const found = await wellKnown(name);
  const tasks = await tasksOf(found);
  return { version: found.Version.Index, tasks: tasks.map(({ ID }) => ID).toSorted() };
}

async function wellKnown(name: string): Promise<Service> {
  const found = await ground.service(name);
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

const idOf = async (network: string): Promise<string> => (await ground.network(network))?.Id ?? '';

async function isReplaced(network: string, before: string): Promise<void> {
  await eventually(async () => ![before, ''].includes(await idOf(network)), {
    what: 'the new network',
    within: 40_000,
  });
}

const sleeping = [lab.workload, 'sleep', '3600'];
const worker = { node: 'w1' };

const targetsOf = async (name: string): Promise<string[]> =>
  ((await wellKnown(name)).Spec.TaskTemplate.Networks ?? []).map(({ Target }) => Target);

/** What was asked of the Engine, in its order, as `POST services/shop_web`. */
async function writes(): Promise<string[]> {
  const names = new Map(
    (await swarm.node('m1').docker<Service[]>('/services')).map(({ ID, Spec }) => [ID, Spec.Name]),
  );
  return proxy.writes().map(({ method, path }) => {
    const [, kind, id = ''] = path.split('?')[0]?.split('/') ?? [];
    return `${method} ${kind} ${names.get(id) ?? ''}`.trim();
  });
}

const condition = async (unit: string, type: string) =>
  await eventually(() => skep.unit(unit)?.conditions.find((found) => found.type === type), {
    what: `the condition ${type} of ${unit}`,
    within: 20_000,
  });

/** `others`: more services of the stack. */
const shop = (subnet: string, others: string) => ({
  'stacks/shop.yaml': `
services:
  web: ${service(['front', 'back'], { replicas: 2, stops: 1 })}
  api: ${service(['back'], { more: 'depends_on: [web]' })}
  page: ${service(['front'])}
  ${others}: ${service(['back'])}
networks:
  front: {}
  back: ${replaceable(subnet)}
`,
});

test('what uses a network is detached, it is made anew, and they are attached again', async () => {
  await declare(shop('10.51.0.0/24', 'old'), ['shop']);
  await skep.ready(['shop']);
  const before = await idOf('shop_back');
  const bystander = await traceOf('shop_page');
  const gone = (await wellKnown('shop_old')).ID;

  // As long as the old one is there, nothing is attached to it again.
  proxy.fault({ method: 'DELETE', path: /networks/, kind: 'error', times: 1 });
  await declare(shop('10.52.0.0/24', 'new'), ['shop']);
  await skep.ready(['shop']);
  const network = await ground.network('shop_back');
  expect(network?.Id).not.toBe(before);
  expect(network?.IPAM.Config?.[0]?.Subnet).toBe('10.52.0.0/24');

  const done = (await writes()).map((write) => write.replace(gone, 'shop_old'));
  const parts = [done.slice(0, 2), done.slice(2, 6), done.slice(6)];
  // One that lost against a write of Swarm's own is sent again.
  expect(parts.map((part) => [...new Set(part)].toSorted())).toEqual([
    ['POST services shop_api', 'POST services shop_web'],
    ['DELETE networks', 'DELETE services', 'POST networks'],
    ['POST services', 'POST services shop_api', 'POST services shop_web'],
  ]);
  expect(done.lastIndexOf('DELETE networks')).toBeLessThan(done.indexOf('POST networks'));
  expect(await targetsOf('shop_api')).toEqual([network?.Id]);
  expect(await targetsOf('shop_new')).toEqual([network?.Id]);
  const both = [network?.Id, await idOf('shop_front')];
  expect(new Set(await targetsOf('shop_web'))).toEqual(new Set(both));
  for (const name of ['shop_web', 'shop_api']) {
    const found = await wellKnown(name);
    expect(found.Spec.UpdateConfig?.FailureAction).toBe('rollback');
    for (const task of await tasksOf(found)) {
      const used = task.NetworksAttachments?.map((attachment) => attachment.Network.ID) ?? [];
      // Whatever had the old network ended before the new one was made.
      const ended = Date.parse(task.Status.Timestamp ?? '');
      if (used.includes(before)) expect(ended).toBeLessThan(Date.parse(network?.Created ?? ''));
      if (task.DesiredState === 'running') expect(used).toContain(network?.Id);
    }
  }
  expect(await traceOf('shop_page')).toEqual(bystander);

  proxy.requests.length = 0;
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(proxy.writes()).toEqual([]);
});

const cluster = (subnet: string) => ({
  'cluster.yaml': `networks: { backend: ${replaceable(subnet, 'attachable: true, ')} }`,
});
const external = 'networks: { backend: { external: true } }';
const stack = (options: Deploy = {}) => `
services:
  one: ${service(['backend'], options)}
${external}`;

test('services of other units are detached too, and the plan says all of it before', async () => {
  await declare(
    {
      ...cluster('10.53.0.0/24'),
      'stacks/near.yaml': stack(),
      'stacks/far.yaml': stack({ stops: 2 }),
      'stacks/apart.yaml': `services:\n  one: ${service(['own'])}\nnetworks: { own: {} }`,
    },
    ['cluster', 'near', 'far', 'apart'],
  );
  await skep.ready(['cluster', 'near', 'far', 'apart']);
  const before = await idOf('backend');
  const bystander = await traceOf('apart_one');

  const { actions } = await skep.operator.plan({ files: cluster('10.54.0.0/24') });
  expect(actions).toMatchObject([
    { unit: 'cluster', kind: 'network', name: 'backend', action: 'blocked' },
    { unit: 'far', name: 'far_one', action: 'update', restarts: true },
    { unit: 'near', name: 'near_one', action: 'update', restarts: true },
  ]);
  expect(actions[0]?.reason).toMatch(/replaced.*service far_one, service near_one/);
  expect(actions[1]?.reason).toMatch(/detached from the network backend until/);
  expect(actions[1]?.changes).toContainEqual(
    expect.objectContaining({ path: 'networks.backend', to: null }) as object,
  );

  await declare(cluster('10.54.0.0/24'), ['cluster']);
  await isReplaced('backend', before);
  await skep.ready(['cluster', 'near', 'far', 'apart']);
  const after = await idOf('backend');
  expect([await targetsOf('near_one'), await targetsOf('far_one')]).toEqual([[after], [after]]);
  expect(await traceOf('apart_one')).toEqual(bystander);
  expect(skep.news.filter(({ type }) => type.startsWith('drift.'))).toEqual([]);
});

test('nothing is detached as long as something is in the way, and all of that is named', async () => {
  const files = {
    'stacks/near.yaml': stack(),
    'stacks/mine.yaml': stack({ more: 'x-skep: { ignore: [networks] }' }),
    'stacks/still.yaml': stack(),
  };
  await declare({ ...cluster('10.55.0.0/24'), ...files }, ['cluster', 'near', 'mine', 'still']);
  await skep.ready(['cluster', 'near', 'mine', 'still']);
  const before = await idOf('backend');
  skep.operator.suspend('still', 'test');
  await swarm.docker(['network', 'create', '-d', 'overlay', '--subnet', '10.56.1.0/24', 'taken']);
  await swarm.docker([
    'service',
    'create',
    '-d',
    '--name',
    'theirs',
    '--network',
    'backend',
    ...sleeping,
  ]);

  await declare(cluster('10.56.0.0/16'), ['cluster']);
  const { message } = await condition('cluster', 'NetworkInUse');
  expect(message).toContain('service theirs (it is in no file)');
  expect(message).toContain('service mine_one (its networks are ignored by "x-skep")');
  expect(message).toContain('service still_one (nothing is written for its unit still now)');
  expect(message).toContain('subnet 10.56.0.0/16, which the network taken has');
  expect(message).not.toContain('near_one');
  expect(skep.unit('cluster')?.outcome?.result).toBe('stalled');

  // With that out of the way it goes on.
  await swarm.docker(['service', 'rm', 'theirs']);
  await swarm.docker(['network', 'rm', 'taken']);
  skep.operator.resume('still', 'test');
  await skep.remove('stacks/mine.yaml');
  expect(proxy.writes()).toEqual([]);
  await skep.operator.reconcile({ by: 'test', wait: true });
  await isReplaced('backend', before);
  await skep.ready(['cluster', 'near', 'still']);
  expect(await targetsOf('near_one')).toEqual([await idOf('backend')]);
});

test('a container of no service, which no list shows, costs one detour', async () => {
  await declare({ ...cluster('10.67.0.0/24'), 'stacks/near.yaml': stack() }, ['cluster', 'near']);
  await skep.ready(['cluster', 'near']);
  const before = await idOf('backend');
  await swarm.docker(['run', '-d', '--name', 'guest', '--network', 'backend', ...sleeping], worker);

  await declare(cluster('10.68.0.0/24'), ['cluster']);
  const { message } = await condition('cluster', 'NetworkInUse');
  expect(message).toContain('a container of no service');
  await skep.ready(['near']);
  expect(await targetsOf('near_one')).toEqual([before]);
  const near = await traceOf('near_one');
  await skep.operator.reconcile({ units: ['near'], by: 'test', wait: true });
  expect(await traceOf('near_one')).toEqual(near);

  await swarm.docker(['rm', '-f', 'guest'], worker);
  await skep.operator.reconcile({ by: 'test', wait: true });
  await isReplaced('backend', before);
  await skep.ready(['cluster', 'near']);
  expect(await targetsOf('near_one')).toEqual([await idOf('backend')]);
});

test('a file that is changed back in between attaches them to the old network again', async () => {
  const files = (subnet: string) => ({
    'cluster.yaml': cluster(subnet)['cluster.yaml'],
    'stacks/slow.yaml': stack({ stops: 5 }),
  });
  await declare(files('10.59.0.0/24'), ['cluster', 'slow']);
  await skep.ready(['cluster', 'slow']);
  const before = await idOf('backend');
  await declare(files('10.60.0.0/24'), ['cluster']);
  await eventually(async () => (await targetsOf('slow_one')).length === 0, {
    what: 'the service detached',
    within: 10_000,
  });
  await condition('slow', 'NetworkReplacing');
  await declare(files('10.59.0.0/24'), ['cluster']);
  await eventually(async () => (await targetsOf('slow_one')).includes(before), {
    what: 'the service attached to the old network',
    within: 20_000,
  });
  await skep.ready(['cluster', 'slow']);
  expect(await idOf('backend')).toBe(before);
  expect(skep.news.filter(({ type }) => type.startsWith('drift.'))).toEqual([]);
});

test('a network that could not be allocated is made anew when its file is put right', async () => {
  await swarm.docker(['network', 'create', '-d', 'overlay', '--subnet', '10.65.0.0/24', 'theirs']);
  await declare({ ...cluster('10.65.0.0/24'), 'stacks/near.yaml': stack() }, ['cluster', 'near']);
  const waits = await condition('near', 'DependencyMissing');
  expect(waits.message).toContain('network backend');
  expect(await ground.service('near_one')).toBeUndefined();
  await declare(cluster('10.66.0.0/24'), ['cluster']);
  await skep.ready(['cluster', 'near']);
  expect((await ground.network('backend'))?.IPAM.Config?.[0]?.Subnet).toBe('10.66.0.0/24');
});
