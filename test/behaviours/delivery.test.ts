import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { DeliveryStatus } from '../../src/reconcile/operator.ts';
import type { JoinAnswer } from '../../src/tokens/join-answer.ts';
import { eventually } from '../harness/await.ts';
import { runInside } from '../harness/cli.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { MovedClock } from './moved-clock.ts';
import { RunningSkep } from './running-skep.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const day = 86_400_000;
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let skep: RunningSkep;
let clock: MovedClock;
let folder: string;
let receiver: WebhookReceiver;
const logs: string[] = [];

beforeAll(async () => {
  const images = ['busybox:1.36'];
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 1, images });
  ground = new Ground(swarm);
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skep-delivery-'));
  receiver = await WebhookReceiver.start();
  await writeFile(join(folder, 'hook'), `${receiver.secret}\n`);
  clock = new MovedClock();
});

afterEach(async () => {
  await skep?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

afterAll(async () => {
  await swarm?.dispose();
});

async function start(files: Record<string, string>): Promise<void> {
  const log = pino({ level: 'trace' }, { write: (line: string) => void logs.push(line) });
  const auth = {
    tokens: [
      { token: 'look-and-act', scopes: ['admin' as const] },
      { token: 'join-only', scopes: ['join' as const] },
    ],
  };
  // As often as a Skep of a user looks, but for the patience of a test.
  const settings = { resyncMs: 1_000, auth };
  skep = await RunningSkep.start(swarm.node('m1').host, files, settings, { clock, log });
  await skep.ready(['cluster']);
}

const deliverTo = (...targets: string[]) => ({
  'cluster.yaml': `tokens: { worker: { deliver: [${targets.join(', ')}] } }`,
});
const hook = (path = '/') =>
  `{ webhook: "${receiver.url}${path}", secret_file: ${join(folder, 'hook')} }`;

const workerToken = async () => (await ground.swarm()).JoinTokens.Worker;
const deliveries = () => skep.operator.status().deliveries;

async function delivery(expected: Partial<DeliveryStatus>, within = 15_000): Promise<void> {
  await eventually(
    () => {
      expect(deliveries()).toEqual([expect.objectContaining(expected)]);
      return true;
    },
    { what: `a delivery that is ${JSON.stringify(expected)}`, within },
  );
}

async function get(path: string, token = 'look-and-act'): Promise<Response> {
  return await fetch(`${skep.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
}

test('a file follows its token, whoever makes a new one, and whoever touches the file', async () => {
  const file = join(folder, 'new', 'worker.token');
  await start({
    'cluster.yaml': `tokens: { worker: { rotate: "0 3 * * *", deliver: [{ file: ${file} }] } }`,
  });
  const seen = new Set<string>();
  const isThere = async () => {
    const token = await workerToken();
    await eventually(async () => (await readFile(file, 'utf8')) === `${token}\n`, {
      what: 'the token of now in the file',
      within: 20_000,
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'new'))).toEqual(['worker.token']);
    return seen.add(token).size;
  };
  expect(await isThere()).toBe(1);

  clock.moveTo((Math.floor(clock.now() / day) + 1) * day + 3 * 3_600_000);
  const first = [...seen][0];
  await eventually(async () => (await workerToken()) !== first, {
    what: 'a rotation by schedule',
    within: 20_000,
  });
  expect(await isThere()).toBe(2);
  await swarm.docker(['swarm', 'join-token', '--rotate', 'worker']);
  expect(await isThere()).toBe(3);
  const before = await workerToken();
  await swarm.docker(['swarm', 'ca', '--rotate', '--detach']);
  await eventually(async () => (await workerToken()) !== before, {
    what: 'the end of the renewal of the root certificate',
    within: 60_000,
  });
  expect(await isThere()).toBe(4);

  await writeFile(file, 'something else');
  expect(await isThere()).toBe(4);
  await chmod(file, 0o644);
  await eventually(async () => ((await stat(file)).mode & 0o777) === 0o600, {
    what: 'a file for its owner alone',
    within: 10_000,
  });
  await rm(join(folder, 'new'), { recursive: true });
  expect(await isThere()).toBe(4);
  await delivery({ way: 'file', target: file, state: 'delivered', attempts: 0 });
});

test('nothing is delivered by who only observes, nor while the cluster is suspended', async () => {
  const file = join(folder, 'worker.token');
  const files = deliverTo(`{ file: ${file} }`);
  {
    const settings = { mode: 'observe' as const };
    await using watcher = await RunningSkep.start(swarm.node('m1').host, files, settings);
    await watcher.ready(['cluster']);
    await watcher.operator.reconcile({ by: 'test', wait: true });
    expect(watcher.operator.status().deliveries).toMatchObject([{ state: 'unknown' }]);
    expect(await readdir(folder)).toEqual(['hook']);
  }
  await start(files);
  await delivery({ state: 'delivered' });
  skep.operator.suspend('cluster', 'test');
  const old = await readFile(file, 'utf8');
  await swarm.docker(['swarm', 'join-token', '--rotate', 'worker']);
  const looked = skep.news.length;
  await skep.operator.reconcile({ by: 'test', wait: true });
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(skep.news.slice(looked).filter(({ type }) => type.startsWith('delivery'))).toEqual([]);
  expect(await readFile(file, 'utf8')).toBe(old);
  skep.operator.resume('cluster', 'test');
  await eventually(async () => (await readFile(file, 'utf8')) === `${await workerToken()}\n`, {
    what: 'the new token',
    within: 10_000,
  });
});

test('a webhook is tried again, signed and under one ID, over a restart, and holds nothing up', async () => {
  receiver.answers.push({ status: 500 }, { status: 302, headers: { location: '/elsewhere' } });
  receiver.answers.push({ status: 429, headers: { 'retry-after': '120' } }, 'hang');
  await start(deliverTo(hook('/path-of-mine')));
  const { received } = receiver;
  const failed = async (attempts: number, error: string) =>
    await delivery({ state: 'pending', attempts, error: expect.stringContaining(error) as string });
  const next = () => clock.moveTo(Math.max(clock.now(), deliveries()[0]?.nextAttemptAt ?? 0));

  await failed(1, 'answered 500');
  const [condition] = skep.unit('cluster')?.conditions ?? [];
  expect(condition).toMatchObject({ type: 'TokenNotDelivered', kind: 'token', name: 'worker' });
  next();
  await failed(2, 'redirects are not followed');
  next();
  await failed(3, 'answered 429');
  expect((deliveries()[0]?.nextAttemptAt ?? 0) - clock.now()).toBeGreaterThan(100_000);

  await skep.stop();
  clock.moveTo(clock.now() + 120_000);
  await skep.boot();
  await eventually(() => received.length === 4, { what: 'a fourth try', within: 10_000 });
  const begun = performance.now();
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(received).toHaveLength(4);
  clock.moveTo(clock.now() + 10_000);
  await delivery({ state: 'delivered', target: receiver.url, attempts: 0, error: null });

  const token = await workerToken();
  expect(received).toHaveLength(5);
  expect(received.every(({ path, signed }) => path === '/path-of-mine' && signed)).toBe(true);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  const told = [...logs, JSON.stringify([skep.news, skep.operator.status(), await data()])];
  expect(told.filter((text) => text.includes('path-of-mine'))).toEqual([]);
  expect(received[4]?.body).toMatchObject({
    type: 'token.rotated',
    data: { role: 'worker', token },
  });
  expect(skep.unit('cluster')?.conditions).toEqual([]);
  await skep.operator.rotate('worker', 'test');
  await eventually(() => received.length === 6, { what: 'the next token', within: 10_000 });
  expect(received[5]?.id).not.toBe(received[4]?.id);
  expect(received[5]?.body.data['token']).toBe(await workerToken());
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toContain(
    'skep_token_deliveries_total{subject="worker",way="webhook",result="delivered"} 2',
  );
});

test('what is given up is shown, until somebody asks or there is a new token', async () => {
  receiver.answers.push({ status: 410 });
  await start(deliverTo(hook()));
  await delivery({ state: 'dead', attempts: 1, nextAttemptAt: null });
  expect(skep.news.map(({ type }) => type)).toContain('delivery.dead');
  const open = 'skep_token_deliveries_open{subject="worker",state="dead"}';
  expect(await (await get('/metrics')).text()).toContain(`${open} 1`);
  await skep.operator.reconcile({ by: 'test', units: ['cluster'], wait: true });
  await delivery({ state: 'delivered' });

  receiver.answers.push({ status: 500 });
  await swarm.docker(['swarm', 'join-token', '--rotate', 'worker']);
  await delivery({ state: 'pending', attempts: 1 });
  receiver.answers.push({ status: 500 });
  clock.moveTo(clock.now() + day);
  await delivery({ state: 'dead', attempts: 2 });
  expect(skep.unit('cluster')?.conditions[0]?.message).toContain('was given up');
  await skep.stop();
  await skep.boot();
  await skep.ready(['cluster']);
  await delivery({ state: 'dead', attempts: 2 });
  await swarm.docker(['swarm', 'join-token', '--rotate', 'worker']);
  await delivery({ state: 'delivered', attempts: 0 });
  expect(receiver.received.at(-1)?.body.data['token']).toBe(await workerToken());

  await skep.write('cluster.yaml', 'tokens: { worker: {} }');
  await eventually(() => deliveries().length === 0, { what: 'nothing to do', within: 10_000 });
});

test('a machine joins with the command that HTTP answers, and only who may ask is answered', async () => {
  await start({ 'cluster.yaml': 'cluster: { task_history_limit: 5 }' });
  expect((await get('/api/v1/tokens/worker/join')).status).toBe(403);
  const worker = swarm.node('w1');
  const manager = `${swarm.node('m1').address}:2377`;
  const answer = await get(`/api/v1/tokens/worker/join?advertise=${worker.address}`, 'join-only');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const joining = (await answer.json()) as JoinAnswer;
  expect(joining).toMatchObject({ role: 'worker', addresses: [manager], leader: manager });
  expect(joining.command).toBe(
    `docker swarm join --token ${await workerToken()} --advertise-addr ${worker.address} ${manager}`,
  );
  const [former] = await ground.nodes('w1');
  await worker.client.swarmLeave({ force: true });
  // It counts as ready for some seconds more, and would be given tasks.
  await swarm.docker(['node', 'rm', '--force', former?.ID ?? '']);
  const joined = await runInside(worker.container, ['sh', '-c', joining.command]);
  expect(joined).toMatchObject({ code: 0, stdout: expect.stringContaining('joined a swarm') });
  await eventually(
    async () => (await ground.nodes('w1')).some(({ Status }) => Status.State === 'ready'),
    { what: 'the node ready', within: 30_000 },
  );
});

const stack = `
services:
  agent:
    image: busybox:1.36
    command: sleep 1d
    stop_grace_period: 0s
    deploy: { update_config: { monitor: 100ms } }
    secrets: [token]
secrets: { token: { external: true, name: join-token } }
`;

test('a secret of another stack moves on to each new token, and no token is found anywhere else', async () => {
  const file = join(folder, 'worker.token');
  await start({
    ...deliverTo('{ secret: join-token }', `{ file: ${file} }`, hook()),
    'stacks/agents.yaml': stack,
  });
  const tokens = [await workerToken()];
  const held = async () => {
    await skep.ready(['cluster', 'agents']);
    const service = await ground.service('agents_agent');
    const [reference] = service?.Spec.TaskTemplate.ContainerSpec?.Secrets ?? [];
    expect(reference?.SecretName).toMatch(/^join-token-[0-9a-f]{12}$/);
    expect(reference?.File?.Name).toBe('token');
    return reference?.SecretName ?? '';
  };
  const first = await held();
  expect(await inContainer()).toBe(tokens[0]);
  const { nextCursor: _, items: driftBefore } = skep.operator.history.drift({});

  await swarm.docker(['swarm', 'join-token', '--rotate', 'worker']);
  tokens.push(await workerToken());
  await eventually(async () => (await held()) !== first, {
    what: 'a newer secret',
    within: 30_000,
  });
  await eventually(async () => (await inContainer()) === tokens[1], {
    what: 'the new token in the container',
    within: 20_000,
  });
  expect(await ground.secrets()).toEqual([first, await held()].toSorted());
  expect(skep.operator.history.drift({}).items).toEqual(driftBefore);
  const plan = await skep.operator.plan({});
  expect(plan).toMatchObject({ actions: [], errors: [] });
  expect(deliveries().map(({ way, target, state }) => [way, target, state])).toEqual([
    ['file', file, 'delivered'],
    ['webhook', receiver.url, 'delivered'],
    ['secret', 'join-token', 'delivered'],
  ]);

  const joined = (await (
    await get('/api/v1/tokens/worker/join', 'join-only')
  ).json()) as JoinAnswer;
  expect(joined.token).toBe(tokens[1]);
  const haystack = [
    JSON.stringify([skep.news, plan]),
    ...logs,
    ...(await answers()),
    ...(await data()),
  ];
  for (const token of tokens) {
    const secret = token.split('-').at(-1) ?? '';
    const encoded = Buffer.from(token).toString('base64');
    expect(haystack.filter((text) => text.includes(secret) || text.includes(encoded))).toEqual([]);
  }
  const hidden = receiver.secret.slice(6);
  expect(haystack.filter((text) => text.includes(hidden))).toEqual([]);
});

/** What the task of the stack finds in its secret. */
async function inContainer(): Promise<string> {
  for (const node of swarm.nodes) {
    const script = 'docker exec $(docker ps -q --filter name=agents_agent) cat /run/secrets/token';
    const { code, stdout } = await runInside(node.container, ['sh', '-c', script]);
    if (code === 0) return stdout;
  }
  return '';
}

/** All that HTTP tells anybody who may not see tokens. */
async function answers(): Promise<string[]> {
  const api = ['status', 'units/cluster', 'units/agents', 'resources', 'plan', 'history', 'tokens'];
  const paths = ['/', '/metrics', ...api.map((path) => `/api/v1/${path}`)];
  const texts = await Promise.all(
    paths.map(async (path) => {
      const response = await get(path);
      expect(response.status, path).toBe(200);
      return await response.text();
    }),
  );
  const runs = skep.operator.history.runs({}).items;
  return [...texts, ...runs.map(({ id }) => JSON.stringify(skep.operator.history.run(id)))];
}

async function data(): Promise<string[]> {
  const files = await readdir(skep.settings.data);
  expect(files).toContain('skep.db');
  return await Promise.all(files.map((file) => readFile(join(skep.settings.data, file), 'latin1')));
}
