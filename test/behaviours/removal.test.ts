import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
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
});

beforeEach(async () => {
  skep = await RunningSkep.start(proxy.host, {}, { auth: { tokens: people } });
});

afterEach(async () => {
  await skep?.[Symbol.asyncDispose]();
  await ground.clear();
});

afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

const people = [
  { name: 'ada', token: 'a'.repeat(32), scopes: ['admin'] },
  { name: 'bob', token: 'b'.repeat(32), scopes: ['operate'] },
] as const;

function service(network: string, command = ['sleep', '3600'], grace = '1s') {
  return {
    image: lab.workload,
    command,
    stop_grace_period: grace,
    networks: [network],
    deploy: { endpoint_mode: 'dnsrr', update_config: { monitor: '500ms' } },
  };
}
/** Ends four seconds after it was told to. */
const slow = service('back', ['sh', '-c', "trap 'sleep 4; exit' TERM; sleep 3600 & wait"], '20s');
const one = JSON.stringify({ services: { one: service('default') } });

/** The shop, and names of it to leave out. */
function shop(without: string[] = [], db = service('back')): string {
  const whole = {
    services: { web: service('front'), api: service('front'), db },
    networks: { front: {}, back: {} },
    configs: { settings: { content: 'a=1' } },
    secrets: { key: { environment: 'KEY' } },
  };
  return JSON.stringify(whole, (key, value: unknown) =>
    without.includes(key) ? undefined : value,
  );
}

const files = { 'stacks/.env': 'KEY=hush\n' };

async function start(more: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries({ ...files, ...more })) await skep.write(path, text);
  await skep.ready(Object.keys(more).map((path) => path.replace(/^stacks\/|\.yaml$/g, '')));
  proxy.requests.length = 0;
}

async function live(): Promise<string[]> {
  return (
    await Promise.all([ground.services(), ground.networks(), ground.configs(), ground.secrets()])
  ).flat();
}

async function stalled(unit: string, type: string): Promise<string> {
  const found = await eventually(
    () => skep.unit(unit)?.conditions.find((condition) => condition.type === type),
    { what: `${type} of ${unit}`, within: 15_000 },
  );
  return found.message;
}

/** What was removed, in order: `services`, `networks`, … */
const removals = () =>
  proxy.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path.split('/')[1]);

/** The loop has looked at everything, so what it has not done it does not do. */
async function lookAgain(): Promise<void> {
  await skep.operator.reconcile({ by: 'test', wait: true });
  await skep.operator.reconcile({ by: 'test', wait: true });
}

test('what the files drop goes in safe order: services, what they used, networks after their tasks', async () => {
  await start({ 'stacks/shop.yaml': shop([], slow) });
  expect(await live()).toHaveLength(7);
  await skep.write('stacks/shop.yaml', shop(['db', 'back', 'settings']));
  await eventually(async () => (await live()).length === 4, {
    what: 'the removal',
    within: 30_000,
  });
  expect(removals()).toEqual(['services', 'configs', 'networks']);
  await skep.ready(['shop']);
  const containers = await swarm.node('m1').docker<{ Names: string[] }[]>('/containers/json');
  expect(containers.filter(({ Names }) => Names[0]?.startsWith('/shop_db'))).toEqual([]);
});

test('a whole stack goes only when a person allows it, which the history remembers', async () => {
  await start({ 'stacks/shop.yaml': shop(), 'stacks/other.yaml': one });
  await skep.remove('stacks/shop.yaml');
  const message = await stalled('shop', 'PruneRefused');
  expect(message).toContain('7 of the 7 objects of shop');
  await lookAgain();
  expect(removals()).toEqual([]);
  expect(await allowPrune(people[1].token)).toBe(403);
  expect(await allowPrune(people[0].token)).toBe(202);
  await eventually(() => skep.unit('shop') === undefined, {
    what: 'the end of the unit',
    within: 40_000,
  });
  expect(await live()).toEqual(['other_one', 'other_default']);
  const kinds = removals();
  expect(kinds.slice(0, 3)).toEqual(['services', 'services', 'services']);
  expect(new Set(kinds.slice(3, 5))).toEqual(new Set(['configs', 'secrets']));
  expect(kinds.slice(5)).toEqual(['networks', 'networks']);
  const runs = skep.operator.history.runs({ unit: 'shop' }).items;
  expect(runs.map(({ trigger }) => trigger)).toContain('api:ada');
});

async function allowPrune(token: string): Promise<number> {
  const response = await fetch(`${skep.url}/api/v1/reconcile`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ units: ['shop'], allow: { prune: true } }),
  });
  return response.status;
}

describe('nothing goes', () => {
  test('while any file cannot be read', async () => {
    await start({ 'stacks/shop.yaml': shop(), 'stacks/other.yaml': one });
    await skep.write('stacks/other.yaml', 'services: {\n');
    await skep.write('stacks/shop.yaml', shop(['web']));
    await eventually(() => skep.unit('other')?.outcome?.result === 'stalled', {
      what: 'the broken file shown',
      within: 10_000,
    });
    await lookAgain();
    expect(removals()).toEqual([]);
    await skep.write('stacks/other.yaml', one);
    await eventually(async () => !(await ground.service('shop_web')), {
      what: 'the removal made up for',
      within: 15_000,
    });
    expect(removals()).toEqual(['services']);
  });

  test('when the directory is empty, or away', async () => {
    await start({ 'stacks/shop.yaml': shop(), 'stacks/one.yaml': one });
    for (const gone of ['stacks', '.']) {
      await skep.remove(gone);
      await eventually(() => !skep.operator.status().desired.complete, {
        what: 'the loss noticed',
        within: 10_000,
      });
    }
    await lookAgain();
    expect((await live()).filter((name) => name.startsWith('shop'))).toHaveLength(7);
  });

  test("that is not Skep's, whatever it is called", async () => {
    await swarm.docker(['network', 'create', '--driver', 'overlay', 'theirs']);
    await swarm.docker(['config', 'create', 'shop_theirs', '/etc/hostname']);
    const label = ['--label', 'com.docker.stack.namespace=shop'];
    await swarm.docker([
      'service',
      'create',
      '-d',
      '--no-resolve-image',
      '--name',
      'shop_theirs',
      ...label,
      lab.workload,
    ]);
    await start({ 'stacks/shop.yaml': shop() });
    await skep.write('stacks/shop.yaml', shop(['web', 'key']));
    await eventually(async () => (await live()).length === 8, {
      what: 'the removal',
      within: 15_000,
    });
    expect(await live()).toEqual(expect.arrayContaining(['theirs', 'shop_theirs']));
    expect(await ground.service('shop_theirs')).toBeDefined();
  });
});

test('a file that moves, with its stack as before, changes nothing', async () => {
  await start({ 'stacks/shop.yaml': shop() });
  await skep.write('stacks/shop/compose.yaml', shop());
  await skep.write('stacks/shop/.env', 'KEY=hush\n');
  await skep.remove('stacks/shop.yaml');
  await eventually(() => skep.unit('shop')?.files[0] === 'stacks/shop/compose.yaml', {
    what: 'the move noticed',
    within: 10_000,
  });
  await skep.ready(['shop']);
  await lookAgain();
  expect(proxy.writes()).toEqual([]);
});

test('a stack that somebody removed comes back as a whole', async () => {
  await start({ 'stacks/shop.yaml': shop() });
  const before = await live();
  await swarm.docker(['stack', 'rm', '--detach=true', 'shop']);
  await skep.told('drift.found', 'shop_web', 30_000);
  await skep.ready(['shop']);
  expect(await live()).toEqual(before);
  const drift = skep.operator.history.drift({ unit: 'shop' }).items.map(({ name }) => name);
  expect(drift).toEqual(expect.arrayContaining(['shop_web', 'shop_front']));
});
