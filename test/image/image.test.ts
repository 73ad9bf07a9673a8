import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { UnitStatus } from '../../src/reconcile/operator.ts';
import { eventually } from '../harness/await.ts';
import { timedLog } from '../harness/log.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { SkepInSwarm } from './skep-in-swarm.ts';

const lab = inject('lab');
const log = timedLog('image');
let swarm: TestSwarm;
let skep: SkepInSwarm;

const shop = `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
`;

// The tests tell one story: each goes on where the one before ended.
beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 1 });
  skep = await SkepInSwarm.deploy(lab, swarm, { 'stacks/shop.yaml': shop }, log);
});

afterAll(async () => {
  await swarm?.dispose();
});

test('it comes up healthy and reconciles what the files say', async () => {
  const { State } = await skep.container();
  await skep.ready('shop');
  expect(await skep.service('shop_web')).toBeDefined();
  log(`healthy ${secondsBetween(State.StartedAt, healthyAt(State))} s after its start`);
  log(`listening ${secondsBetween(State.StartedAt, await listeningAt())} s after its start`);
});

test('it runs as a plain user with the group of the socket and no capability', async () => {
  const group = (await skep.onNode(['stat', '-c', '%g', '/var/run/docker.sock'])).trim();
  const process = await fieldsOf('/proc/1/status');
  expect(process).toMatchObject({
    Uid: '1000 1000 1000 1000',
    Gid: '1000 1000 1000 1000',
    Groups: group,
    CapInh: '0000000000000000',
    CapPrm: '0000000000000000',
    CapEff: '0000000000000000',
    CapBnd: '0000000000000000',
    CapAmb: '0000000000000000',
    NoNewPrivs: '1',
  });
  expect(process['Name']).toMatch(/^node|MainThread$/);
  const owners = await skep.exec(['stat', '-c', '%u:%g', '/data', '/data/skep.db']);
  expect(owners.trim().split('\n')).toEqual(['1000:1000', '1000:1000']);
});

test('the image holds what runs, and nothing that only builds or tests', async () => {
  const files = (await skep.exec(['find', '/skep', '/usr/local'])).split('\n');
  const ours = files.filter((file) => !file.startsWith('/skep/node_modules/'));
  expect(ours).toContain('/skep/src/bin.js');
  expect(ours.filter((file) => /\.(test|fixture)\.ts$|\/test\/|\/npm|\.md$/.test(file))).toEqual(
    [],
  );
  const installed = new Set(files.map((file) => file.replace(/^\/skep\//, '')));
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as Lock;
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
  expect(packages.filter(([path, { dev }]) => dev && installed.has(path))).toEqual([]);
  expect(packages.some(([path, { dev }]) => !dev && installed.has(path))).toBe(true);
  const { Size } = await swarm.node('m1').client.getImage('skep:latest').inspect();
  log(`the image has ${(Size / 1e6).toFixed(0)} MB, the container takes ${await memory()} MiB`);
});

test('a service that is removed comes back', async () => {
  expect(await comesBack()).not.toBe('');
});

test('it takes in its own stack without restarting itself', async () => {
  const before = await skep.container();
  const service = await skep.service('skep_skep');
  await skep.writeOwnStack();
  await skep.ready('skep');
  // The files say what `docker stack deploy` made of them: there is nothing to write.
  expect((await skep.service('skep_skep'))?.Version).toEqual(service?.Version);
  expect((await skep.container()).Id).toBe(before.Id);
});

test('it does not make an end of itself', async () => {
  const { Id } = await skep.container();
  await skep.writeOwnStack((text) => text.replace('replicas: 1', 'replicas: 0'));
  await eventually(
    async () => {
      const unit = await ownUnit();
      if (unit?.conditions.some(({ type }) => type === 'SelfProtected')) return true;
      throw new Error(JSON.stringify(unit));
    },
    { what: 'the refusal', within: 30_000 },
  );
  await skep.writeOwnStack();
  await skep.ready('skep');
  expect((await skep.container()).Id).toBe(Id);
});

test('it updates its own service, and the new one goes on', async () => {
  const before = await skep.container();
  const runs = await skep.runs('shop');
  await skep.write('stacks/skep/.env', 'SKEP_LOG_LEVEL=debug\n');
  const started = Date.now();
  const after = await skep.container(before.Id);
  log(`replaced itself in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  const old = await swarm.node('m1').client.getContainer(before.Id).inspect();
  expect(old.State.ExitCode).toBe(0);
  expect(after.Config.Env).toContain('SKEP_LOG_LEVEL=debug');
  await eventually(
    async () => (await skep.service('skep_skep'))?.UpdateStatus?.State === 'completed',
    { what: 'the end of the update', within: 60_000 },
  );
  await skep.ready('skep');
  const known = (await skep.runs('shop')).map(({ id }) => id);
  expect(runs.length).toBeGreaterThan(0);
  expect(known).toEqual(expect.arrayContaining(runs.map(({ id }) => id)));
  expect((await skep.container()).Id).toBe(after.Id);
  await comesBack();
});

test('an update of itself that cannot start is taken back by Swarm, and not tried again', async () => {
  const before = await skep.container();
  await skep.write('stacks/skep/.env', 'SKEP_LOG_LEVEL=deafening\n');
  await eventually(
    async () => (await skep.service('skep_skep'))?.UpdateStatus?.State === 'rollback_completed',
    { what: 'the rollback', within: 90_000 },
  );
  const after = await skep.container(before.Id);
  expect(after.Config.Env).toContain('SKEP_LOG_LEVEL=debug');
  await eventually(async () => (await ownUnit())?.outcome?.result === 'stalled', {
    what: 'the refusal to try again',
    within: 30_000,
  });
  log(`after the rollback: ${JSON.stringify((await ownUnit())?.outcome)}`);
  expect((await skep.container()).Id).toBe(after.Id);
  await skep.write('stacks/skep/.env', 'SKEP_LOG_LEVEL=debug\n');
  await skep.ready('skep');
  expect((await skep.container()).Id).toBe(after.Id);
});

test('it ends at once and in order when it is stopped, and Swarm starts it again', async () => {
  const { Id } = await skep.container();
  const container = swarm.node('m1').client.getContainer(Id);
  const started = performance.now();
  await container.stop({ t: 40 });
  const took = performance.now() - started;
  const { State } = await container.inspect();
  expect(State.ExitCode).toBe(0);
  expect(took).toBeLessThan(5000);
  log(`stopped in ${(took / 1000).toFixed(2)} s`);
  await skep.container(Id);
  await skep.ready('shop');
});

async function ownUnit(): Promise<UnitStatus | undefined> {
  return (await skep.status()).units.find(({ name }) => name === 'skep');
}

/** Removes the service of the other stack; returns the ID of the one that Skep makes in its place. */
async function comesBack(): Promise<string> {
  const old = await skep.service('shop_web');
  const started = performance.now();
  await swarm.docker(['service', 'rm', 'shop_web']);
  const found = await eventually(() => skep.service('shop_web'), {
    what: 'shop_web',
    within: 30_000,
  });
  log(`a removed service was back after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  expect(found.ID).not.toBe(old?.ID);
  await skep.ready('shop');
  return found.ID;
}

async function fieldsOf(file: string): Promise<Record<string, string>> {
  const lines = (await skep.exec(['cat', file])).trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...values] = line.split(/[\s:]+/);
      return [name, values.filter(Boolean).join(' ')];
    }),
  );
}

type Health = { Log?: { End: string; ExitCode: number }[] };

function healthyAt({ Health: health }: { Health?: unknown }): string {
  const checks = (health as Health | undefined)?.Log ?? [];
  return checks.find(({ ExitCode }) => ExitCode === 0)?.End ?? '';
}

/** When Skep wrote that it serves. */
async function listeningAt(): Promise<string> {
  const { Id } = await skep.container();
  const lines = (await swarm.docker(['logs', '--timestamps', Id])).split('\n');
  return lines.find((line) => line.includes('skep is up'))?.split(' ')[0] ?? '';
}

function secondsBetween(from: string, to: string): string {
  return ((Date.parse(to) - Date.parse(from)) / 1000).toFixed(2);
}

/** MiB of memory that the container's processes take, without what the kernel caches for them. */
async function memory(): Promise<string> {
  const { Id } = await skep.container();
  const stats = await swarm.node('m1').client.getContainer(Id).stats({ stream: false });
  const { usage, stats: parts } = stats.memory_stats;
  const cached = parts['total_inactive_file'] ?? parts['inactive_file'] ?? 0;
  return ((usage - cached) / 2 ** 20).toFixed(0);
}

interface Lock {
  packages: Record<string, { dev?: boolean }>;
}
