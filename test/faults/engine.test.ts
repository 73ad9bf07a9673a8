import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Ground } from '../behaviours/ground.ts';
import { MovedClock } from '../behaviours/moved-clock.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { freePort } from '../harness/free-port.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { type SkepProcess, startSkep } from '../harness/skep-process.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

/** Faults on the way to the Engine, and of the Engine itself. */
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let clock: MovedClock;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
});

beforeEach(async () => {
  proxy = await RecordingProxy.start(swarm.node('m1').host);
  clock = new MovedClock();
});

afterEach(async () => {
  await proxy.close();
  await ground.clear();
});

afterAll(async () => {
  await swarm?.dispose();
});

const shop = (colour: string) => `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    environment: { COLOUR: ${colour} }
    stop_grace_period: 1s
    deploy: { replicas: 0, endpoint_mode: dnsrr }
`;
const colour = async () =>
  (await ground.service('shop_web'))?.Spec.TaskTemplate.ContainerSpec?.Env?.[0];
const replicas = async () => (await ground.service('shop_web'))?.Spec.Mode?.Replicated?.Replicas;
const deletes = () => proxy.requests.filter(({ method }) => method === 'DELETE');

async function ready(): Promise<RunningSkep> {
  const settings = { engineTimeoutMs: 24_000 };
  const files = { 'stacks/shop.yaml': shop('green') };
  const skep = await RunningSkep.start(proxy.host, files, settings, { clock });
  await skep.ready(['shop']);
  await proxy.quiet();
  return skep;
}

/** What `/readyz` and status say of the Engine. */
async function said(skep: RunningSkep): Promise<{ status: number; engine: string }> {
  const { status } = await fetch(`${skep.url}/readyz`);
  const check = skep.operator.status().checks.find(({ name }) => name === 'engine');
  return { status, engine: check?.message ?? '' };
}

async function inSync(skep: RunningSkep, wanted: string): Promise<void> {
  await eventually(async () => (await colour()) === `COLOUR=${wanted}`, {
    what: 'the file carried out',
    within: 30_000,
  });
  await skep.ready(['shop'], 15_000);
}

test('after a long outage nothing waits for the end of a long backoff', async () => {
  await using skep = await ready();
  const lift = proxy.fault({ kind: 'error' });
  await skep.write('stacks/shop.yaml', shop('blue'));
  for (let attempts = 1; attempts <= 9; attempts += 1) {
    if (attempts > 1) clock.moveTo(clock.now() + 300_000);
    await eventually(() => Number(skep.unit('shop')?.attempts) >= attempts, {
      what: `attempt ${attempts}`,
      within: 15_000,
    });
  }
  lift();
  await inSync(skep, 'blue');
});

test('writes that fail are counted as unknown, looked up and sent again', async () => {
  proxy.fault({ method: 'POST', path: /^\/services\/create/, kind: 'error', times: 2 });
  await using skep = await ready();
  const runs = skep.operator.history.runs({ unit: 'shop' }).items;
  const changes = runs.flatMap(({ id }) => skep.operator.history.run(id)?.changes ?? []);
  const results = changes.filter(({ kind }) => kind === 'service').map(({ result }) => result);
  expect(results.toSorted()).toEqual(['done', 'unknown', 'unknown']);
});

test('a rotation whose end nobody saw is looked up later', async () => {
  await using skep = await ready();
  const before = (await ground.swarm()).JoinTokens.Worker;
  proxy.fault({ path: /^\/swarm\/update/, kind: 'mute', times: 1 });
  const rotating = skep.operator.rotate('worker', 'test').catch((error: unknown) => error);
  await eventually(() => proxy.requests.some(({ answered }) => answered), {
    what: 'the token rotated',
    within: 10_000,
  });
  const lift = proxy.fault({ path: /^\/swarm$/, kind: 'error' });
  proxy.cutAll();
  expect(String(await rotating)).toMatch(/Engine/);
  lift();
  expect((await ground.swarm()).JoinTokens.Worker).not.toBe(before);
  const rotation = () => skep.operator.history.rotations({}).items[0];
  expect(rotation()).toMatchObject({ result: 'running' });
  clock.moveTo(clock.now() + 180_000);
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(rotation()).toMatchObject({ result: 'done', role: 'worker' });
});

describe('events', () => {
  test('a stream that is open and silent costs no more than the time to the next resync', async () => {
    proxy.fault({ path: /^\/events/, kind: 'mute' });
    const files = { 'stacks/shop.yaml': shop('green') };
    await using skep = await RunningSkep.start(proxy.host, files, { resyncMs: 4_000 });
    await skep.ready(['shop']);
    await proxy.quiet();
    await swarm.docker(['service', 'scale', '-d', 'shop_web=3']);
    await skep.told('drift.settled', 'shop_web', 15_000);
    expect(await replicas()).toBe(0);
  });

  test('a thousand replayed ones are one look and one repair', async () => {
    proxy.fault({ path: /^\/events/, kind: 'repeat' });
    await using skep = await ready();
    await skep.operator.reconcile({ by: 'test', wait: true });
    proxy.requests.length = 0;
    await swarm.docker(['service', 'scale', '-d', 'shop_web=3']);
    await skep.told('drift.settled', 'shop_web', 15_000);
    await skep.ready(['shop']);
    expect(proxy.writes()).toHaveLength(1);
    const looks = proxy.requests.filter(({ path }) => path.startsWith('/services?'));
    expect(looks.length).toBeLessThan(10);
  });
});

test('an Engine that restarts is waited for, and nothing is made anew', async () => {
  await using skep = await ready();
  const id = (await ground.service('shop_web'))?.ID;
  await swarm.node('m1').kill();
  await eventually(async () => (await said(skep)).status === 503, {
    what: 'the death noticed',
    within: 20_000,
  });
  await skep.write('stacks/shop.yaml', shop('blue'));
  await swarm.node('m1').start();
  await inSync(skep, 'blue');
  expect((await ground.service('shop_web'))?.ID).toBe(id);
  expect(deletes()).toEqual([]);
});

describe('a call that hangs when Skep is told to stop', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skep-stop-'));
    await mkdir(join(folder, 'desired', 'stacks'), { recursive: true });
    await writeFile(join(folder, 'desired', 'stacks', 'shop.yaml'), shop('green'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** A Skep in a process of its own that has got to a call which hangs. */
  async function hanging(path: RegExp, kind: 'hold' | 'mute') {
    const lift = proxy.fault({ path, kind });
    proxy.requests.length = 0;
    const skep = await startSkep({
      host: proxy.host,
      desired: join(folder, 'desired'),
      data: join(folder, 'data'),
      listen: `127.0.0.1:${await freePort()}`,
      log: join(folder, 'log'),
    });
    const met = () =>
      proxy.requests.some((one) => (kind === 'hold' ? one.fault === kind : one.answered));
    await eventually(met, { what: 'the hung call', within: 15_000 });
    return { skep, lift };
  }

  async function toldToStop(skep: SkepProcess): Promise<void> {
    skep.signal('SIGTERM');
    await eventually(
      async () => /skep is stopping/.test(await readFile(join(folder, 'log'), 'utf8')),
      {
        what: 'the signal taken',
        within: 5_000,
        every: 20,
      },
    );
  }

  /** The last run there was, with its changes, as the next Skep finds it. */
  async function lastRun() {
    await using skep = await RunningSkep.start(proxy.host, {}, { data: join(folder, 'data') });
    const [run] = skep.operator.history.runs({ unit: 'shop' }).items;
    return skep.operator.history.run(run?.id ?? '');
  }

  test('is cut in time, be it a reading or a write, which is then on the record as unknown', async () => {
    for (const path of [/^\/tasks/, /^\/services\/create/]) {
      const { skep, lift } = await hanging(path, 'hold');
      const started = performance.now();
      expect(await skep.stop()).toBe(0);
      expect(performance.now() - started).toBeLessThan(7_000);
      proxy.cutAll();
      lift();
    }
    const run = await lastRun();
    expect(run).toMatchObject({ result: 'retry' });
    expect(run?.changes.at(-1)).toMatchObject({ kind: 'service', result: 'unknown' });
  });

  test('may end, and is on the record as done', async () => {
    const { skep, lift } = await hanging(/^\/services\/create/, 'mute');
    await toldToStop(skep);
    lift();
    const started = performance.now();
    expect(await skep.exit()).toBe(0);
    expect(performance.now() - started).toBeLessThan(3_000);
    const run = await lastRun();
    expect(run?.result).not.toBe('running');
    expect(run?.changes.at(-1)).toMatchObject({ kind: 'service', result: 'done' });
  });

  test('is not waited for after a second signal, and is on the record as interrupted', async () => {
    const { skep } = await hanging(/^\/services\/create/, 'hold');
    await toldToStop(skep);
    const started = performance.now();
    expect(await skep.stop()).toBe(143);
    expect(performance.now() - started).toBeLessThan(1_000);
    proxy.cutAll();
    const run = await lastRun();
    expect(run).toMatchObject({ result: 'interrupted' });
    expect(run?.changes.at(-1)).toMatchObject({ kind: 'service', result: 'interrupted' });
  });
});
