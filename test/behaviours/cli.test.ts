import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { PlanReport, Status } from '../../src/reconcile/operator.ts';
import type { Service, Swarm } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { tryCommand } from '../harness/command.ts';
import { freePort } from '../harness/free-port.ts';
import { startSkep } from '../harness/skep-process.ts';
import type { SkepProcess } from '../harness/skep-process.ts';
import { bootSwarm } from '../harness/swarm.ts';
import type { TestSwarm } from '../harness/swarm.ts';

const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'skep-cli-'));
const desired = join(folder, 'desired');
const data = join(folder, 'data');
const stack = join(desired, 'stacks', 'web.yaml');

let swarm: TestSwarm;

beforeAll(async () => {
  swarm = await bootSwarm(inject('lab'), {
    engine: '28',
    managers: 1,
    workers: 0,
    images: ['busybox:1.36'],
  });
  mkdirSync(join(desired, 'stacks'), { recursive: true });
  writeFileSync(join(desired, 'cluster.yaml'), 'cluster: { task_history_limit: 3 }\n');
  writeStack('one');
});
afterAll(async () => {
  await swarm?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function writeStack(word: string): void {
  writeFileSync(
    stack,
    `services:\n  a:\n    image: busybox:1.36\n    environment: { PASSWORD: hunter2-${word} }\n    labels: { word: ${word} }\n`,
  );
}

/** `skep …` as a process of its own. */
async function skep(...args: string[]) {
  const env = { PATH: process.env['PATH'], DOCKER_HOST: swarm.node('m1').host };
  return await tryCommand(process.execPath, [bin, ...args], { within: 120_000, env });
}

const files = ['--desired', desired, '--data', data, '--resolve-image', 'never'];

describe('without a daemon', () => {
  test('plan tells what would be done, and does nothing', async () => {
    const planned = await skep('plan', ...files, '--detailed-exitcode');
    expect(planned.stderr).toBe('');
    expect(planned.code).toBe(2);
    expect(planned.stdout).toContain('+ service web_a [web]');
    expect(planned.stdout).toContain('+ network web_default [web]');
    expect(planned.stdout).toContain('task_history_limit: 5 → 3');
    expect(planned.stdout).toContain('Plan: 2 to create, 1 to update');
    expect(await swarm.node('m1').docker<Service[]>('/services')).toEqual([]);
  });

  test('apply does it, waits for the rollout, and a second one finds nothing', async () => {
    const applied = await skep('apply', ...files);
    expect(applied.stderr).toBe('');
    expect(applied.stdout).toContain('✔ create service web_a');
    expect(applied.code).toBe(0);
    const again = await skep('plan', ...files, '--detailed-exitcode');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('Nothing to do');
  });

  test('plan -o json has the documented form, and no value of a variable', async () => {
    writeStack('two');
    const planned = await skep('plan', ...files, '-o', 'json');
    const report = JSON.parse(planned.stdout) as PlanReport;
    expect(report.actions).toMatchObject([
      { unit: 'web', kind: 'service', name: 'web_a', action: 'update', restarts: true },
    ]);
    expect(report.actions[0]?.changes).toEqual(
      expect.arrayContaining([{ path: 'env.PASSWORD', from: '(sensitive)', to: '(sensitive)' }]),
    );
    expect(planned.stdout).not.toContain('hunter2');
    writeStack('one');
  });

  test('an error in a file is exit code 1 with its place', async () => {
    writeFileSync(join(desired, 'stacks', 'bad.yaml'), 'services: { b: { imgae: x } }\n');
    const planned = await skep('plan', ...files, '--detailed-exitcode');
    expect(planned.code).toBe(1);
    expect(planned.stdout).toContain('stacks/bad.yaml:1:18: error');
    rmSync(join(desired, 'stacks', 'bad.yaml'));
  });

  test('doctor finds a good cluster good', async () => {
    const found = await skep('doctor', '--desired', desired, '--data', data);
    expect(found.stdout).toContain('✔ quorum: 1 managers, all reachable');
    expect(found.code).toBe(0);
  });
});

describe('with a daemon', () => {
  let daemon: SkepProcess;
  let server: string[];

  beforeAll(async () => {
    daemon = await startSkep({
      host: swarm.node('m1').host,
      desired,
      data,
      listen: `127.0.0.1:${await freePort()}`,
      log: join(folder, 'skep.log'),
    });
    server = ['--server', daemon.url];
    await eventually(
      async () => {
        const { units } = await daemon.get<Status>('/api/v1/status');
        return units.length === 2 && units.every((unit) => unit.outcome?.result === 'ready');
      },
      { what: 'both units to be ready', within: 60_000 },
    );
  });
  afterAll(async () => {
    await daemon?.stop();
  });

  test('status shows the units', async () => {
    const shown = await skep('status', ...server, '--exit-status');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^web +ready +synced +healthy/m);
    expect(shown.stdout).toMatch(/^cluster +ready +synced/m);
  });

  test('history shows the runs, and of one its changes', async () => {
    const runs = await skep('history', ...server, '--unit', 'web');
    const id = /^(\S+) +web /m.exec(runs.stdout)?.[1] ?? '';
    const run = await skep('history', id, ...server);
    expect(run.stdout).toContain('create service web_a: done');
  });

  test('a suspended unit is left alone until it is resumed', async () => {
    expect((await skep('suspend', 'web', ...server)).code).toBe(0);
    await swarm.docker(['service', 'update', '--detach', '--label-add', 'by=hand', 'web_a']);
    await skep('reconcile', 'web', ...server);
    expect((await skep('status', ...server)).stdout).toMatch(/^web .*suspended/m);
    expect(await labels()).toMatchObject({ by: 'hand' });
    expect((await skep('resume', 'web', ...server)).code).toBe(0);
    expect((await skep('reconcile', 'web', ...server)).code).toBe(0);
    expect(await labels()).not.toHaveProperty('by');
  });

  async function labels() {
    const services = await swarm.node('m1').docker<Service[]>('/services');
    return services[0]?.Spec.Labels;
  }

  test('rotate gives a new token that nobody is shown', async () => {
    const before = await swarm.node('m1').docker<Swarm>('/swarm');
    const rotated = await skep('rotate', 'worker', ...server);
    const after = await swarm.node('m1').docker<Swarm>('/swarm');
    expect(rotated.code).toBe(0);
    expect(after.JoinTokens.Worker).not.toBe(before.JoinTokens.Worker);
    expect(after.JoinTokens.Manager).toBe(before.JoinTokens.Manager);
    expect(rotated.stdout).not.toContain('SWMTKN');
  });

  test('a unit that there is none of is a clear error', async () => {
    const answer = await skep('suspend', 'nothing', ...server);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('unit-not-found');
  });

  test('it ends well when it is told to', async () => {
    expect(await daemon.stop()).toBe(0);
  });
});
