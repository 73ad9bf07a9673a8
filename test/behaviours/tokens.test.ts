import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { RotationRow } from '../../src/history/history.ts';
import { eventually } from '../harness/await.ts';
import { command } from '../harness/command.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { MovedClock } from './moved-clock.ts';
import { RunningSkep } from './running-skep.ts';

const day = 86_400_000;
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let skep: RunningSkep;
let clock: MovedClock;
const logs: string[] = [];
const tokensSeen = new Set<string>();

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
});

beforeEach(async () => {
  clock = new MovedClock();
  const log = pino({ level: 'trace' }, { write: (line: string) => void logs.push(line) });
  skep = await RunningSkep.start(
    swarm.node('m1').host,
    { 'cluster.yaml': weekly },
    {},
    { clock, log },
  );
  await skep.ready(['cluster']);
});

afterEach(async () => {
  await skep?.[Symbol.asyncDispose]();
});

afterAll(async () => {
  await swarm?.dispose();
});

const weekly = `
cluster: { task_history_limit: 4 }
tokens:
  worker: { rotate: "0 3 * * 0", timezone: Asia/Seoul }
`;

/** Sundays at three in Seoul are Saturdays at 18:00 UTC, all the year. */
function nextSlot(): number {
  const midnight = Math.floor(clock.now() / day) * day;
  const saturday = midnight + ((6 - new Date(midnight).getUTCDay() + 7) % 7) * day;
  const slot = saturday + 18 * 3_600_000;
  return slot > clock.now() ? slot : slot + 7 * day;
}

/** The tokens of now, which are remembered as what may be found nowhere. */
async function tokens(): Promise<{ Worker: string; Manager: string }> {
  const { JoinTokens } = await ground.swarm();
  tokensSeen.add(JoinTokens.Worker).add(JoinTokens.Manager);
  return JoinTokens;
}

const rotations = (): RotationRow[] => skep.operator.history.rotations({}).items;
const fingerprint = (token: string) =>
  createHash('sha256').update(token).digest('hex').slice(0, 16);

async function rotated(count: number): Promise<void> {
  await eventually(() => rotations().filter(({ result }) => result === 'done').length === count, {
    what: `${count} rotations`,
    within: 15_000,
  });
  await skep.ready(['cluster']);
}

test('a token rotates on the minute of its schedule, in its time zone, and no setting with it', async () => {
  await swarm.docker(['swarm', 'update', '--cert-expiry', '1000h']);
  const [before, settings] = [await tokens(), (await ground.swarm()).Spec];
  const slot = nextSlot();
  expect(skep.operator.tokens()[0]).toMatchObject({ rotate: '0 3 * * 0', nextRotationAt: slot });
  clock.moveTo(slot - 60_000);
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(rotations()).toEqual([]);
  clock.moveTo(slot);
  await rotated(1);
  const after = await tokens();
  expect(after.Worker).not.toBe(before.Worker);
  expect(after.Manager).toBe(before.Manager);
  const { Labels, ...others } = (await ground.swarm()).Spec;
  const { Labels: _, ...othersBefore } = settings;
  expect(others).toEqual(othersBefore);
  expect(Labels).toEqual({
    'skep.rotated.worker': new Date(slot).toISOString(),
    'skep.rotated-at.worker': new Date(rotations()[0]!.startedAt).toISOString(),
  });
  expect(rotations()).toMatchObject([
    {
      role: 'worker',
      slot,
      trigger: 'schedule',
      result: 'done',
      before: fingerprint(before.Worker),
      after: fingerprint(after.Worker),
    },
  ]);
  expect(skep.operator.tokens()[0]?.nextRotationAt).toBe(slot + 7 * day);
});

test('slots missed while Skep was down are one, taken at the start and never again', async () => {
  const { nextRotationAt } = skep.operator.tokens()[0]!;
  await skep.stop();
  clock.moveTo(nextRotationAt! + 15 * day);
  const before = await tokens();
  await skep.boot();
  await rotated(1);
  const after = await tokens();
  expect(after.Worker).not.toBe(before.Worker);
  expect(rotations()[0]?.slot).toBe(nextRotationAt! + 14 * day);
  const last = skep.operator.tokens()[0]!;
  expect(last.lastRotationAt).toBe(rotations()[0]?.finishedAt);

  await skep.stop();
  await skep.boot();
  await skep.ready(['cluster']);
  expect(skep.operator.tokens()[0]).toEqual(last);
  expect(rotations()).toHaveLength(1);
  expect(await tokens()).toEqual(after);

  await using forgetful = await RunningSkep.start(
    swarm.node('m1').host,
    { 'cluster.yaml': weekly },
    {},
    { clock },
  );
  await forgetful.ready(['cluster']);
  expect(await tokens()).toEqual(after);
});

test('a person rotates over HTTP and from the command line; no token is found anywhere', async () => {
  const before = await tokens();
  const answer = await fetch(`${skep.url}/api/v1/tokens/manager/rotate`, { method: 'POST' });
  expect(answer.status).toBe(200);
  const after = await tokens();
  expect(after.Manager).not.toBe(before.Manager);
  expect(after.Worker).toBe(before.Worker);
  const row = (await answer.json()) as RotationRow;
  expect(row).toMatchObject({ role: 'manager', slot: null, after: fingerprint(after.Manager) });

  const bin = new URL('../../src/bin.js', import.meta.url).pathname;
  const args = [bin, 'rotate', 'worker', '--server', skep.url];
  const said = await command(process.execPath, args, { within: 30_000 });
  expect(said).toContain(fingerprint((await tokens()).Worker));
  expect(rotations().map(({ role, result }) => `${role} ${result}`)).toEqual([
    'worker done',
    'manager done',
  ]);
  const haystack = [
    said,
    JSON.stringify([row, skep.news]),
    ...logs,
    ...(await answers()),
    ...(await data()),
  ];
  expect(tokensSeen.size).toBeGreaterThanOrEqual(4);
  for (const token of tokensSeen) {
    const secret = token.split('-').at(-1)!;
    expect(haystack.filter((text) => text.includes(secret))).toEqual([]);
  }
});

/** All that HTTP tells anybody who may not see tokens. */
async function answers(): Promise<string[]> {
  const api = ['status', 'units/cluster', 'resources', 'plan', 'history', 'tokens'];
  const paths = ['/', '/metrics', ...api.map((path) => `/api/v1/${path}`)];
  const texts = await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(`${skep.url}${path}`);
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
