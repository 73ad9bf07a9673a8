import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { RotationRow } from '../../src/history/history.ts';
import { openHistory } from '../../src/history/open-history.ts';
import { fingerprint } from '../../src/tokens/fingerprint.ts';
import { eventually } from '../harness/await.ts';
import { command } from '../harness/command.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { MovedClock } from './moved-clock.ts';
import { RunningSkep } from './running-skep.ts';

const day = 86_400_000;
const lab = inject('lab');
const clock = new MovedClock();
const logs: string[] = [];
const keysSeen = new Set<string>();
let folder: string;
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let skep: RunningSkep;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skep-unlock-'));
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
  const log = pino({ level: 'trace' }, { write: (line: string) => void logs.push(line) });
  skep = await RunningSkep.start(proxy.host, { 'cluster.yaml': nightly() }, {}, { clock, log });
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await swarm?.dispose();
  await rm(folder, { recursive: true, force: true });
});

const nightly = () => `
cluster:
  task_history_limit: 4
  unlock_key: { rotate: "0 3 * * *", deliver: [ { file: ${folder}/unlock.key } ] }
`;

/** The key of now, which is remembered as what may be found nowhere. */
async function key(): Promise<string> {
  const { UnlockKey } = await swarm.node('m1').docker<{ UnlockKey: string }>('/swarm/unlockkey');
  if (UnlockKey !== '') keysSeen.add(UnlockKey);
  return UnlockKey;
}

const rotations = (): RotationRow[] =>
  skep.operator.history.rotations({ role: 'unlock-key' }).items;
const nextSlot = () => skep.operator.tokens().find(({ role }) => role === 'unlock-key')!;

async function rotated(count: number): Promise<void> {
  await eventually(() => rotations().filter(({ result }) => result === 'done').length === count, {
    what: `${count} rotations`,
    within: 15_000,
  });
  await skep.ready(['cluster']);
}

test('without autolock there is no key: that is said, nothing is sent and nothing held up', async () => {
  const told = await eventually(
    () => skep.unit('cluster')?.conditions.find(({ type }) => type === 'AutolockOff'),
    { what: 'the condition', within: 15_000 },
  );
  expect(told).toMatchObject({ kind: 'token', name: 'unlock-key' });
  expect((await ground.swarm()).Spec.Orchestration?.TaskHistoryRetentionLimit).toBe(4);
  const { Version } = await ground.swarm();
  clock.moveTo(clock.now() + 2 * day);
  await skep.operator.reconcile({ by: 'test', wait: true });
  const answer = await fetch(`${skep.url}/api/v1/tokens/unlock-key/rotate`, { method: 'POST' });
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('autolock is off') });
  expect((await ground.swarm()).Version).toEqual(Version);
  expect(rotations()).toEqual([]);
  expect(proxy.requests.filter(({ path }) => path.includes('unlockkey'))).toEqual([]);
});

test('the key rotates on its schedule, once, with no setting and no token', async () => {
  await swarm.docker(['swarm', 'update', '--autolock=true']);
  await skep.operator.reconcile({ by: 'test', wait: true });
  await skep.ready(['cluster']);
  // What fell due before there was a key is not owed.
  expect(rotations()).toEqual([]);
  const [before, swarmBefore] = [await key(), await ground.swarm()];
  const slot = nextSlot().nextRotationAt!;
  clock.moveTo(slot);
  await rotated(1);
  const [after, swarmAfter] = [await key(), await ground.swarm()];
  expect(after).not.toBe(before);
  expect(swarmAfter.JoinTokens).toEqual(swarmBefore.JoinTokens);
  expect(swarmAfter.Spec).toEqual({
    ...swarmBefore.Spec,
    Labels: {
      'skep.rotated.unlock-key': new Date(slot).toISOString(),
      'skep.rotated-at.unlock-key': expect.any(String) as string,
    },
  });
  expect(rotations()[0]).toMatchObject({
    role: 'unlock-key',
    slot,
    trigger: 'schedule',
    result: 'done',
    before: fingerprint(before),
    after: fingerprint(after),
  });
  expect(nextSlot()).toMatchObject({ fingerprint: null, nextRotationAt: slot + day });
  await skep.stop();
  await skep.boot();
  await skep.ready(['cluster']);
  expect(await key()).toBe(after);
});

test('a lost answer is settled by looking, not by another rotation', async () => {
  const before = await key();
  proxy.fault({ method: 'POST', path: /^\/swarm\/update/, kind: 'cut', times: 1 });
  clock.moveTo(nextSlot().nextRotationAt!);
  await rotated(2);
  const after = await key();
  expect(after).not.toBe(before);
  expect(rotations()[0]).toMatchObject({ result: 'done', after: fingerprint(after) });
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(await key()).toBe(after);
});

test('a rotation that a crash left open is finished by what the Swarm says', async () => {
  await skep.stop();
  const history = openHistory({
    file: join(skep.settings.data, 'skep.db'),
    migrations: new URL('../../migrations', import.meta.url).pathname,
    clock,
  });
  const open = { role: 'unlock-key', slot: null, trigger: 'ann', at: clock.now() } as const;
  const { Labels } = (await ground.swarm()).Spec;
  const rotatedAt = Date.parse(Labels?.['skep.rotated-at.unlock-key'] ?? '');
  history.startRotation({ ...open, at: rotatedAt, before: fingerprint('the one before') });
  history.startRotation({ ...open, before: fingerprint(await key()) });
  history.startRotation({ ...open, before: fingerprint('another one') });
  history.close();
  await skep.boot();
  await eventually(() => rotations().every(({ finishedAt }) => finishedAt !== null), {
    what: 'the rows finished',
    within: 15_000,
  });
  const ended = rotations().filter(({ trigger }) => trigger === 'ann');
  expect(ended.map(({ result, error }) => `${result} ${error}`).toSorted()).toEqual([
    'done null',
    'failed It stayed the same.',
    'failed Somebody else rotated it meanwhile.',
  ]);
  await skep.ready(['cluster']);
});

test('a person rotates it from the command line; a restarted manager takes the new key; none is found anywhere', async () => {
  const bin = new URL('../../src/bin.js', import.meta.url).pathname;
  const args = [bin, 'rotate', 'unlock-key', '--server', skep.url];
  const said = await command(process.execPath, args, { within: 30_000 });
  const after = await key();
  expect(said).toContain(fingerprint(after));
  expect(said).toContain('may still need the one before');
  expect(rotations()[0]).toMatchObject({ slot: null, result: 'done', after: fingerprint(after) });
  const api = ['status', 'units/cluster', 'resources', 'plan', 'history', 'tokens'];
  const answers = await Promise.all(
    ['/', '/metrics', ...api.map((path) => `/api/v1/${path}`)].map(async (path) =>
      (await fetch(`${skep.url}${path}`)).text(),
    ),
  );
  const runs = skep.operator.history.runs({}).items.map(({ id }) => skep.operator.history.run(id));
  await skep.stop();
  const files = await readdir(skep.settings.data);
  const data = await Promise.all(
    files.map((file) => readFile(join(skep.settings.data, file), 'latin1')),
  );
  const haystack = [said, JSON.stringify([runs, skep.news]), ...logs, ...answers, ...data];
  expect(keysSeen.size).toBe(4);
  for (const secret of keysSeen) {
    expect(haystack.filter((text) => text.includes(secret))).toEqual([]);
    expect(haystack.filter((text) => text.includes(secret.split('-').at(-1)!))).toEqual([]);
  }

  const m1 = swarm.node('m1');
  await m1.kill();
  await m1.start();
  await eventually(
    async () => {
      const answer = await fetch(`${m1.host.replace('tcp:', 'http:')}/swarm/unlock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ UnlockKey: after }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return true;
    },
    { what: 'the manager unlocked', within: 20_000, every: 500 },
  );
});
