import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Service, Task } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { GENERATIONS } from '../harness/images/generations.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { everyForm, makeExternals } from './every-form.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');

describe.each(GENERATIONS)('on Engine %s', (engine) => {
  let swarm: TestSwarm;
  let skep: RunningSkep;
  let proxy: RecordingProxy;

  beforeAll(async () => {
    swarm = await bootSwarm(lab, { engine, managers: 1, workers: 0 });
    proxy = await RecordingProxy.start(swarm.node('m1').host);
    skep = await RunningSkep.start(proxy.host, files('shop'));
    await skep.stop();
    await makeExternals((args) => swarm.docker(args));
  });

  afterAll(async () => {
    await skep?.[Symbol.asyncDispose]();
    await proxy?.close();
    await swarm?.dispose();
  });

  async function deploy(stack: string): Promise<void> {
    const file = join(skep.settings.desired, 'stacks', stack, 'compose.yaml');
    await swarm.docker(['stack', 'deploy', '--resolve-image', 'never', '-c', file, stack]);
    await settled();
  }

  test('a stack put up by docker stack deploy is taken over without a write', async () => {
    await deploy('shop');
    const before = await state();
    await skep.boot();
    await skep.ready(['shop']);
    for (let round = 0; round < 3; round += 1) {
      await skep.operator.reconcile({ by: 'test', wait: true });
    }
    expect(proxy.writes()).toEqual([]);
    expect(await state()).toEqual(before);
    expect((await skep.operator.plan({})).actions).toEqual([]);
  });

  test('docker stack ps and services know it still', async () => {
    const services = await swarm.docker(['stack', 'services', '--format', '{{.Name}}', 'shop']);
    expect(services.trim().split('\n').sort()).toEqual(Object.keys((await state()).services));
    const tasks = await swarm.docker(['stack', 'ps', '--format', '{{.Name}}', 'shop']);
    expect(tasks).toContain('shop_web.1');
  });

  test('a change in the file changes what differs, and nothing else', async () => {
    const before = await state();
    proxy.requests.length = 0;
    const compose = everyForm(lab.workload)['compose.yaml']!;
    await skep.write('stacks/shop/compose.yaml', compose.replace('ONE=1', 'ONE=one'));
    await updated('shop_plain', before);
    await skep.ready(['shop']);
    const after = await state();
    expect(proxy.writes()).toHaveLength(1);
    expect(changed(before.services, after.services)).toEqual(['shop_plain']);
    expect(changed(before.tasks, after.tasks)).toEqual(['shop_plain']);
  });

  test('a changed config is made anew, and its users alone move to it', async () => {
    const before = await state();
    proxy.requests.length = 0;
    await skep.write('stacks/shop/key.txt', 'royal jelly\n');
    await updated('shop_web', before);
    await skep.ready(['shop']);
    const after = await state();
    expect(changed(before.services, after.services)).toEqual(['shop_web']);
    expect(proxy.writes().map(({ path }) => path.split('?')[0]?.replace(/\/\w{25}/, ''))).toEqual([
      '/secrets/create',
      '/services/update',
    ]);
  });

  test('docker stack rm takes all of it away', async () => {
    await skep.stop();
    await swarm.docker(['stack', 'rm', 'shop']);
    expect(await gone('shop')).toBe(true);
  });

  test('docker stack deploy of the same file works on what Skep made, and the way back again', async () => {
    await skep.remove('stacks/shop');
    for (const [path, text] of Object.entries(files('farm'))) await skep.write(path, text);
    await skep.boot();
    await skep.ready(['farm']);
    await skep.stop();
    const made = await state();
    await deploy('farm');
    const deployed = await state();
    expect(Object.keys(deployed.services)).toEqual(Object.keys(made.services));
    // Only what refers to configs and secrets, whose names differ, is restarted.
    expect(changed(made.tasks, deployed.tasks)).toEqual(['farm_web']);

    proxy.requests.length = 0;
    await skep.boot();
    await skep.ready(['farm']);
    // Back to the versions whose names prove what is in them.
    expect(proxy.writes()).toHaveLength(1);
    expect(changed(deployed.tasks, (await state()).tasks)).toEqual(['farm_web']);

    await skep.stop();
    await swarm.docker(['stack', 'rm', 'farm']);
    expect(await gone('farm')).toBe(true);
  });

  function files(stack: string): Record<string, string> {
    const own = Object.entries(everyForm(lab.workload));
    return Object.fromEntries(own.map(([path, text]) => [`stacks/${stack}/${path}`, text]));
  }

  /** The version of each service, and which tasks run for it. */
  async function state() {
    const node = swarm.node('m1');
    const services = await node.docker<Service[]>('/services');
    const tasks = await node.docker<Task[]>('/tasks');
    const sorted = services.toSorted((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1));
    return {
      services: Object.fromEntries(sorted.map(({ Spec, Version }) => [Spec.Name, Version.Index])),
      tasks: Object.fromEntries(
        sorted.map(({ ID, Spec }) => [Spec.Name, liveTasks(tasks, ID).join()]),
      ),
    };
  }

  /** Every task that is wanted runs, and no update goes on: nothing of Swarm's own moves versions any more. */
  async function settled(): Promise<void> {
    await eventually(
      async () => {
        const node = swarm.node('m1');
        const tasks = await node.docker<Task[]>('/tasks');
        const waiting = tasks.filter(
          ({ DesiredState, Status }) => DesiredState === 'running' && Status?.State !== 'running',
        );
        const services = await node.docker<Service[]>('/services');
        const moving = services.filter(({ UpdateStatus }) => UpdateStatus?.State === 'updating');
        if (waiting.length + moving.length === 0) return true;
        throw new Error(JSON.stringify({ waiting, moving }));
      },
      { what: 'the stack to settle', within: 90_000, every: 300 },
    );
  }

  async function updated(service: string, before: Awaited<ReturnType<typeof state>>) {
    await eventually(async () => (await state()).services[service] !== before.services[service], {
      what: `${service} updated`,
      within: 15_000,
    });
  }

  async function gone(stack: string): Promise<boolean> {
    const label = encodeURIComponent(
      JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] }),
    );
    const node = swarm.node('m1');
    return await eventually(
      async () => {
        const left = await Promise.all(
          ['services', 'networks', 'configs', 'secrets'].map((kind) =>
            node.docker<{ Spec?: { Name: string } }[]>(`/${kind}?filters=${label}`),
          ),
        );
        if (left.flat().length === 0) return true;
        throw new Error(JSON.stringify(left.flat().map(({ Spec }) => Spec?.Name)));
      },
      { what: `nothing left of ${stack}`, within: 60_000, every: 300 },
    );
  }
});

function liveTasks(tasks: Task[], service: string): string[] {
  return tasks
    .filter(({ ServiceID, DesiredState }) => ServiceID === service && DesiredState === 'running')
    .map(({ ID }) => ID)
    .sort();
}

function changed<T>(before: Record<string, T>, after: Record<string, T>): string[] {
  return Object.keys(after).filter((name) => before[name] !== after[name]);
}
