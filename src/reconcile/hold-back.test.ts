import { describe, expect, test } from 'vitest';
import type { DesiredService } from '../desired/desired.ts';
import type { ServiceHealth } from '../health/judge-service.ts';
import type { Action, Write } from '../plan/action.ts';
import { type HoldFacts, holdBack, writesDigest } from './hold-back.ts';
import type { ObjectKey } from './object-key.ts';

const well: ServiceHealth = { health: 'healthy', reason: 'Running', message: '' };
const starting: ServiceHealth = { health: 'progressing', reason: 'Starting', message: '' };
const facts: HoldFacts = { health: new Map(), rejected: new Map(), healDueAt: () => 0, now: 1_000 };

function update(name: string, image = 'redis:7', version = 1): Action {
  const spec = { Name: name, TaskTemplate: { ContainerSpec: { Image: image } } };
  const write: Write = { call: 'service.update', id: name, version, spec };
  return {
    unit: 'shop',
    kind: 'service',
    name,
    action: 'update',
    restarts: true,
    reason: '',
    changes: [],
    writes: [write],
  };
}

const remove = (name: string): Action => ({
  ...update(name),
  action: 'delete',
  writes: [{ call: 'service.remove', id: name }],
});

function service(name: string, after: DesiredService['after'] = []): DesiredService {
  const spec = { Name: name, TaskTemplate: {} };
  return { unit: 'shop', kind: 'service', name, options: {}, spec, after };
}

function hold(actions: Action[], over: Partial<HoldFacts>, objects: DesiredService[] = []) {
  const plan = { actions, stages: [actions], diagnostics: [], notices: [], objects };
  const { stages, held } = holdBack(plan, { ...facts, ...over });
  return { sent: stages.flat().map(({ name }) => name), held: held.map(({ reason }) => reason) };
}

describe('a service that starts after another', () => {
  const objects = [service('db'), service('web', [{ name: 'db', condition: 'service_healthy' }])];

  test.each([
    ['is held while the other is not there', [], ['DependencyNotReady']],
    ['is held while the other starts', [['service/db', starting]], ['DependencyNotReady']],
    ['is sent once the other is well', [['service/db', well]], []],
  ] as [string, [ObjectKey, ServiceHealth][], string[]][])('%s', (_, health, held) => {
    expect(hold([update('web')], { health: new Map(health) }, objects).held).toEqual(held);
  });

  test('is detached from a network without waiting: the other may not get well before that', () => {
    const detach = { ...update('web'), interim: true };
    expect(hold([detach], {}, objects)).toEqual({ sent: ['web'], held: [] });
  });
});

test('what the Engine called wrong is not sent again, until its content changes', () => {
  const rejected = new Map([
    ['service/web', { digest: writesDigest(update('web')), message: 'bad port' }],
  ]);
  expect(hold([update('web', 'redis:7', 9)], { rejected })).toEqual({
    sent: [],
    held: ['Rejected'],
  });
  expect(hold([update('web', 'redis:8')], { rejected }).sent).toEqual(['web']);
});

test('a contested object waits, the others do not', () => {
  const healDueAt = ({ name }: Action) => (name === 'web' ? 6_000 : 0);
  expect(hold([update('web'), update('db')], { healDueAt })).toEqual({
    sent: ['db'],
    held: ['Contested'],
  });
});

test('nothing is deleted while something that may need it has not been written', () => {
  const healDueAt = ({ name }: Action) => (name === 'web' ? 6_000 : 0);
  expect(hold([update('web'), remove('old')], { healDueAt }).sent).toEqual([]);
  expect(hold([update('web'), remove('old')], {}).sent).toEqual(['web', 'old']);
});

test('what is blocked is never sent', () => {
  expect(hold([{ ...update('web'), action: 'blocked' }], {})).toEqual({ sent: [], held: [] });
});
