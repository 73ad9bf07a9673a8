import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Service, ServiceSpec, Task } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { serviceForms, stackOf } from './service-forms.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
const again = 'skep.test/again:1';
const forms = serviceForms(again);
const rollout = 120_000;

let swarm: TestSwarm;
let ground: Ground;
let skep: RunningSkep;
let first: Live;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0, images: [again] });
  ground = new Ground(swarm);
  skep = await RunningSkep.start(
    swarm.node('m1').host,
    { 'stacks/shop.yaml': stack('was'), 'stacks/key.txt': 'honey' },
    { rolloutTimeoutMs: rollout },
  );
  await skep.ready(['shop'], rollout);
  first = await live();
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

function stack(side: 'was' | 'becomes'): string {
  const services = Object.entries(forms).map(([name, form]) => [name, form[side]] as const);
  return stackOf(lab.workload, Object.fromEntries(services));
}

test('a changed file changes every field that differs, and restarts what the plan says', async () => {
  const { actions } = await skep.operator.plan({ files: { 'stacks/shop.yaml': stack('becomes') } });
  const updates = actions.filter(({ kind }) => kind === 'service');
  expect(updates.map(({ action }) => action)).toEqual(Array(updates.length).fill('update'));
  expect(updates.map(({ name }) => name).toSorted(byText)).toEqual(
    Object.keys(forms).map(nameOf).toSorted(byText),
  );

  await change(stack('becomes'));
  const after = await live();
  for (const { name, restarts } of updates) {
    const same = first[name]?.tasks.every((task) => after[name]?.tasks.includes(task));
    // Tasks whose node still meets the constraints stay; that, the plan cannot know.
    if (name !== 'shop_placed') expect([name, same]).toEqual([name, !restarts]);
  }
  expect(after['shop_bare']).toEqual(first['shop_bare']);
  eachField((name, at) => {
    expect(at(after[name]!.spec), `${name} has changed`).not.toEqual(at(first[name]!.spec));
  });
});

test('every change by hand is put right, and recorded', { timeout: 180_000 }, async () => {
  const right = await live();
  await skep.stop();
  for (const name of Object.keys(forms).map(nameOf)) {
    await ground.update(name, () => first[name]!.spec);
  }
  await skep.boot();
  await skep.ready(['shop'], rollout);
  const after = await live();
  eachField((name, at) => {
    expect(at(after[name]!.spec), name).toEqual(at(right[name]!.spec));
  });
  const drift = skep.operator.history.drift({ unit: 'shop', limit: 100 }).items;
  expect([...new Set(drift.map(({ name }) => name))].toSorted(byText)).toEqual(
    Object.keys(forms).map(nameOf).toSorted(byText),
  );
  expect(drift.every(({ settledAt }) => settledAt !== null)).toBe(true);
});

test('what leaves the file leaves the service', async () => {
  const names = Object.keys(forms);
  await change(
    stackOf(
      lab.workload,
      Object.fromEntries(
        names.map((name) => [name, name === 'everywhere' ? { deploy: { mode: 'global' } } : {}]),
      ),
    ),
  );
  const after = await live();
  eachField((name, at) => {
    if (name === 'shop_everywhere' || name === 'shop_networks') return;
    expect(at(after[name]!.spec), name).toEqual(at(after['shop_bare']!.spec));
  });
});

const other = (own: string, options = '{}') => `
services:
  one:
    image: ${lab.workload}
    stop_grace_period: 1s
    ${own}
    x-skep: ${options}
`;

test('a mode that Swarm cannot change is left, or replaced when that is allowed', async () => {
  const mode = (name: string) => `{ command: [ sleep, "3600" ], deploy: { mode: ${name} } }`;
  const text = (name: string, options?: string) => other(`<<: ${mode(name)}`, options);
  await skep.write('stacks/other.yaml', text('replicated'));
  await eventually(() => ground.service('other_one'), { what: 'the service', within: 10_000 });
  await skep.ready(['other']);
  const before = await ground.service('other_one');

  await skep.write('stacks/other.yaml', text('global'));
  await eventually(
    () => skep.unit('other')?.conditions.find(({ type }) => type === 'ReplaceNeeded'),
    { what: 'the refusal', within: 10_000 },
  );
  expect((await ground.service('other_one'))?.Version).toEqual(before?.Version);

  await skep.write('stacks/other.yaml', text('global', '{ replace: true }'));
  await eventually(async () => (await ground.service('other_one'))?.Spec.Mode?.Global, {
    what: 'the service made anew',
    within: 30_000,
  });
  await skep.ready(['other']);
});

test('what another controller owns is left to it', async () => {
  const ignored = '{ ignore: [ replicas, labels.by, env.LEVEL ] }';
  const text = (level: string) =>
    other(
      `<<: { command: [ sleep, "3600" ], environment: { LEVEL: "${level}", COLOUR: green } }`,
      ignored,
    );
  await skep.write('stacks/ours.yaml', text('1'));
  await eventually(() => ground.service('ours_one'), { what: 'the service', within: 10_000 });
  await skep.ready(['ours']);
  const theirs = ['--replicas', '2', '--label-add', 'by=them', '--env-add', 'LEVEL=9'];
  await swarm.docker(['service', 'update', '-d', ...theirs, 'ours_one']);
  await change(text('1').replace('green', 'red'), 'ours');
  const { Spec } = (await ground.service('ours_one'))!;
  expect(Spec.Mode?.Replicated?.Replicas).toBe(2);
  expect(Spec.Labels).toMatchObject({ by: 'them' });
  expect(Spec.TaskTemplate.ContainerSpec?.Env?.toSorted(byText)).toEqual(['COLOUR=red', 'LEVEL=9']);
});

test('a job runs once, and once more when it changes', async () => {
  const text = (word: string) =>
    other(`<<: { command: [ echo, ${word} ], deploy: { mode: replicated-job } }`);
  const runs = async () => {
    const id = (await ground.service('job_one'))?.ID;
    const tasks = await swarm.node('m1').docker<Task[]>('/tasks');
    const own = tasks.filter(({ ServiceID }) => ServiceID === id);
    return own.map(({ Status }) => Status.State);
  };
  await skep.write('stacks/job.yaml', text('one'));
  await eventually(() => ground.service('job_one'), { what: 'the service', within: 10_000 });
  await skep.ready(['job']);
  await skep.operator.reconcile({ units: ['job'], by: 'test', wait: true });
  expect(await runs()).toEqual(['complete']);
  await change(text('two'), 'job');
  await skep.operator.reconcile({ units: ['job'], by: 'test', wait: true });
  expect(await runs()).toEqual(['complete', 'complete']);
});

/** Calls back for every field of every form. `at` reads it, without what says nothing. */
function eachField(look: (name: string, at: (spec: ServiceSpec) => unknown) => void): void {
  for (const [form, { follows }] of Object.entries(forms)) {
    for (const path of follows) {
      look(nameOf(form), (spec) => {
        const value = path.split('.').reduce<unknown>((inner, key) => own(inner, key), spec);
        return withoutNothing(value);
      });
    }
  }
}

function own(value: unknown, key: string): unknown {
  return (value as Record<string, unknown> | undefined)?.[key];
}

/** Absent, empty and zero are the same to an Engine. */
function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value || undefined;
  if (Array.isArray(value)) return value.length > 0 ? value : undefined;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, withoutNothing(inner)] as const)
    .filter(([, inner]) => inner !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

type Live = Record<string, { id: string; version: number; spec: ServiceSpec; tasks: string[] }>;

async function live(): Promise<Live> {
  const node = swarm.node('m1');
  const services = await node.docker<Service[]>('/services');
  const tasks = await node.docker<Task[]>('/tasks');
  const wanted = tasks.filter(({ DesiredState }) => DesiredState === 'running');
  return Object.fromEntries(
    services.map(({ ID, Version, Spec }) => {
      const own = wanted.filter(({ ServiceID }) => ServiceID === ID).map((task) => task.ID);
      return [
        Spec.Name,
        { id: ID, version: Version.Index, spec: Spec, tasks: own.toSorted(byText) },
      ];
    }),
  );
}

async function change(text: string, unit = 'shop'): Promise<void> {
  const before = skep.unit(unit)?.revision;
  await skep.write(`stacks/${unit}.yaml`, text);
  await eventually(() => skep.unit(unit)?.revision !== before, {
    what: 'the new file noticed',
    within: 10_000,
  });
  await skep.ready([unit], rollout);
}

function nameOf(form: string): string {
  return `shop_${form}`;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
