import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openHistory } from '../../src/history/open-history.ts';
import type { News } from '../../src/reconcile/operator.ts';
import { applyOnce, type OnceOptions, planOnce } from '../../src/reconcile/once.ts';
import { systemClock } from '../../src/reconcile/system-clock.ts';
import { readSpecs } from '../../src/spec/read-specs.ts';
import { connectEngine } from '../../src/swarm/connect-engine.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

const lab = inject('lab');
let swarm: TestSwarm;
let directory: string;
let options: OnceOptions;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  directory = await mkdtemp(join(tmpdir(), 'skep-test-'));
  const { host } = swarm.node('m1');
  options = {
    engine: await connectEngine({ host }),
    host,
    directory,
    readFiles: (overlay) => readSpecs({ directory, environment: {}, ...(overlay && { overlay }) }),
    history: openHistory({
      file: join(directory, '.data', 'skep.db'),
      migrations: join(import.meta.dirname, '../../migrations'),
      clock: systemClock,
    }),
    clock: systemClock,
    random: Math.random,
    log: pino({ level: 'silent' }),
    version: 'test',
    resolveImage: 'never',
  };
});

afterAll(async () => {
  options?.engine.close();
  options?.history.close();
  await swarm?.dispose();
  if (directory !== undefined) await rm(directory, { recursive: true });
});

const shop = (command: string) => `
name: shop
services:
  web: { image: ${lab.workload}, command: ${command}, stop_grace_period: 1s }
`;

test('without a daemon: plan, apply, and the plan is empty', async () => {
  await writeFile(join(directory, 'shop.yaml'), shop('[sleep, "3600"]'));
  const plan = await planOnce(options);
  expect(plan.actions.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
    'create network shop_default',
    'create service shop_web',
  ]);
  expect(JSON.stringify(plan)).not.toContain('writes');

  const news: News[] = [];
  const onNews = (one: News) => news.push(one);
  const outcomes = await applyOnce(options, { by: 'test', timeoutMs: 60_000, onNews });
  expect(outcomes).toEqual({ shop: { result: 'ready' } });
  expect(news.map(({ type }) => type)).toContain('run.finished');
  expect((await planOnce(options)).actions).toEqual([]);
});

test('proposed files are planned without being written anywhere', async () => {
  const files = { 'shop.yaml': shop('[sleep, "1800"]') };
  const proposed = await planOnce(options, { files });
  expect(proposed.actions).toMatchObject([{ action: 'update', kind: 'service', name: 'shop_web' }]);
  expect((await planOnce(options)).actions).toEqual([]);
});

test('only the units that are named are shown and written', async () => {
  await writeFile(join(directory, 'shop.yaml'), shop('[sleep, "1800"]'));
  await writeFile(join(directory, 'farm.yaml'), shop('[sleep, "1"]').replace('shop', 'farm'));
  const request = { units: ['shop'], by: 'test', timeoutMs: 60_000 };
  const shown: string[] = [];
  const outcomes = await applyOnce(options, {
    ...request,
    onPlan: ({ actions }) => shown.push(...actions.map(({ unit }) => unit)),
  });
  expect(outcomes).toEqual({ shop: { result: 'ready' } });
  expect(new Set(shown)).toEqual(new Set(['shop']));
  const names = (await options.engine.services()).map(({ Spec }) => Spec.Name);
  expect(names).toEqual(['shop_web']);
  await rm(join(directory, 'farm.yaml'));
});

test('a unit that no file names any more is removed, and both the apply and its run in the history end', async () => {
  await writeFile(join(directory, 'farm.yaml'), shop('[sleep, "3600"]').replace('shop', 'farm'));
  await rm(join(directory, 'shop.yaml'));
  const started = performance.now();
  const allow = { prune: true };
  const outcomes = await applyOnce(options, { by: 'test', allow, timeoutMs: 90_000 });
  expect(outcomes).toEqual({ farm: { result: 'ready' }, shop: { result: 'ready' } });
  expect(performance.now() - started).toBeLessThan(60_000);
  expect((await options.engine.services()).map(({ Spec }) => Spec.Name)).toEqual(['farm_web']);
  const results = options.history.runs({ unit: 'shop' }).items.map(({ result }) => result);
  expect(results[0]).toBe('ready');
  expect(results).not.toContain('running');
});

test('an apply that cannot come to rest ends with its time, and says what it waits for', async () => {
  await writeFile(join(directory, 'shop.yaml'), shop('["false"]'));
  const outcomes = await applyOnce(options, { by: 'test', timeoutMs: 5_000 });
  expect(outcomes['shop']?.result).toMatch(/wait|stalled/);
  expect(JSON.stringify(outcomes['shop'])).toContain('shop_web');
});
