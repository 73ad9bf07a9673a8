import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { Ground } from '../behaviours/ground.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

/** One unit's trouble is no other's. */
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
});

beforeEach(async () => {
  proxy = await RecordingProxy.start(swarm.node('m1').host);
});

afterEach(async () => {
  await proxy.close();
  await ground.clear();
});

afterAll(async () => {
  await swarm?.dispose();
});

const names = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`);

/** A stack of services, each in `options` of Compose's short form. */
function stack(services: readonly string[], options: string): string {
  const lines = services.map((name) => `  ${name}: { ${options} }`);
  return ['services:', ...lines, 'networks: { default: { driver: overlay } }'].join('\n');
}
const idle = (colour: string) =>
  `image: ${lab.workload}, environment: { COLOUR: ${colour} }, deploy: { replicas: 0, endpoint_mode: dnsrr }`;
const free = (colour: string) => ({ 'stacks/free.yaml': stack(['web'], idle(colour)) });

async function isFree(colour: string, within: number): Promise<void> {
  await eventually(
    async () => {
      const web = await ground.service('free_web');
      return web?.Spec.TaskTemplate.ContainerSpec?.Env?.[0] === `COLOUR=${colour}`;
    },
    { what: 'the free unit carried out', within },
  );
}

/** Waits until so many requests are held. */
async function held(count: number): Promise<void> {
  await eventually(() => proxy.requests.filter(({ fault }) => fault === 'hold').length >= count, {
    what: `${count} calls that hang`,
    within: 15_000,
  });
}

test('units whose calls hang do not delay another', async () => {
  await using skep = await RunningSkep.start(proxy.host, free('green'), { workers: 16 });
  await skep.ready(['free']);
  const lift = proxy.fault({ method: 'POST', path: /^\/services\/create/, kind: 'hold' });
  const stuck = names(6);
  for (const name of stuck) {
    await skep.write(`stacks/${name}.yaml`, stack(names(4), idle('red')));
  }
  await held(24);
  await skep.write('stacks/free.yaml', free('blue')['stacks/free.yaml']);
  await isFree('blue', 5_000);
  lift();
  await skep.ready(['free', ...stuck]);
});

test('a registry that hangs delays the unit of its images by seconds, and no other', async () => {
  const settings = { resolveImage: 'changed', workers: 16 } as const;
  await using skep = await RunningSkep.start(proxy.host, free('green'), settings);
  await skep.ready(['free']);
  proxy.fault({ path: /^\/distribution/, kind: 'hold' });
  const images = names(20).map((name) => `${name}: { image: registry.test/${name}:1, deploy: *d }`);
  const slow = `x-d: &d { replicas: 0, endpoint_mode: dnsrr }\nservices:\n  ${images.join('\n  ')}`;
  await skep.write('stacks/slow.yaml', slow);
  await held(20);
  await skep.write('stacks/free.yaml', free('blue')['stacks/free.yaml']);
  await isFree('blue', 5_000);
  await skep.ready(['free', 'slow'], 25_000);
});

test('a new revision ends the wait for what an old one began', async () => {
  const web = (mode: string) => `
services:
  web:
    image: ${lab.workload}
    command: [sh, -c, 'trap "" TERM; while true; do sleep 1; done']
    stop_grace_period: 60s
    deploy: { mode: ${mode}, endpoint_mode: dnsrr }
    x-skep: { replace: true }
`;
  await using skep = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': web('replicated') });
  await skep.ready(['shop']);
  await skep.write('stacks/shop.yaml', web('global'));
  await eventually(async () => (await ground.service('shop_web')) === undefined, {
    what: 'the old service gone, and its task on its way out',
    within: 15_000,
  });
  await skep.write('stacks/shop.yaml', web('replicated'));
  const back = await eventually(() => ground.service('shop_web'), {
    what: 'the service back, long before the old task has ended',
    within: 10_000,
  });
  expect(back.Spec.Mode?.Replicated).toBeDefined();
});

test('who asks by hand is served before what the clock asks for', async () => {
  const units = names(30);
  const files = Object.fromEntries(
    units.map((name) => [`stacks/${name}.yaml`, stack(['web'], idle('green'))]),
  );
  await using skep = await RunningSkep.start(proxy.host, files, { workers: 1 });
  await skep.ready(units);
  const started = Date.now();
  const lift = proxy.fault({ path: /^\/services\?/, kind: 'hold', times: 1 });
  // Events are heard anew, so everything is looked at.
  proxy.cutAll();
  await held(1);
  const asked = skep.operator.reconcile({ units: ['s7'], by: 'test', wait: true });
  await eventually(() => proxy.requests.length > 0, { what: 'the request', within: 1_000 });
  lift();
  await asked;
  const served = skep.unit('s7')?.lastRunAt ?? 0;
  const later = units.filter((name) => (skep.unit(name)?.lastRunAt ?? 0) < started);
  expect(served).toBeGreaterThan(started);
  expect(later.length).toBeGreaterThan(20);
});
