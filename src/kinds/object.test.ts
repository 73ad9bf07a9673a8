import { describe, expect, test } from 'vitest';
import { aConfig, aSecret, aService, aTask, aWorld, idOf } from '../../test/unit/world.ts';
import type { DesiredConfig, DesiredSecret } from '../desired/desired.ts';
import type { ServiceSpec } from '../swarm/types.ts';
import type { OwnedObject } from './kind.ts';
import { config, secret } from './object.ts';

const labels = { 'skep.unit': 'shop' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

function wish(name: string, data: string, rest: Partial<DesiredConfig> = {}): DesiredConfig {
  return {
    kind: 'config',
    unit: 'shop',
    name,
    options: {},
    spec: { Name: name, Labels: labels, Data: base64(data) },
    ...rest,
  };
}
function secretWish(spec: Partial<DesiredSecret['spec']> = {}): DesiredSecret {
  const name = 'shop_pw';
  return { kind: 'secret', unit: 'shop', name, options: {}, spec: { Name: name, ...spec } };
}
function using(name: string): ServiceSpec {
  const Configs = [{ ConfigID: idOf(name), ConfigName: name }];
  return { Name: 'shop_web', TaskTemplate: { ContainerSpec: { Configs } } };
}

describe('a config', () => {
  test('is created when its version is missing', () => {
    const desired = wish('shop_app-1', 'x', { base: 'shop_app' });
    expect(config.plan(desired, aWorld({ configs: [aConfig('shop_app-0', 'y')] }))).toMatchObject({
      action: 'create',
      writes: [{ call: 'config.create', spec: { Name: 'shop_app-1' } }],
    });
  });

  test('of a fixed name is left alone with equal content, and blocked with another', () => {
    const world = aWorld({ configs: [aConfig('app', 'x')] });
    expect(config.plan(wish('app', 'x'), world)).toBeUndefined();
    const action = config.plan(wish('app', 'y'), world);
    expect(action).toMatchObject({ action: 'blocked', writes: [] });
    expect(JSON.stringify(action)).not.toContain(base64('y'));
  });

  test('gets its labels changed in place', () => {
    const live = aConfig('app', 'x', { Labels: { a: '1', 'skep.unit': 'shop' } });
    const desired = wish('app', 'x');
    expect(config.plan(desired, aWorld({ configs: [live] }))).toMatchObject({
      action: 'update',
      changes: [{ path: 'labels.a', from: '1', to: null }],
      writes: [{ call: 'config.update', version: 7, spec: { Labels: labels } }],
    });
  });
});

describe('a secret, which nobody can read,', () => {
  const wish = { ...secretWish(), version: 'shop_pw-1' };
  const live = (labels: Record<string, string>) => ({ secrets: [aSecret('shop_pw', labels)] });
  const row = (version: string) => ({
    owned: [{ unit: wish.unit, kind: 'secret' as const, name: 'shop_pw', state: { version } }],
  });
  const asked = (same: boolean) => ({ secretContents: new Map([['shop_pw', same]]) });

  test.each([
    ['with the content in the inventory is left alone', {}, row('shop_pw-1'), undefined],
    ['with another content there is blocked', labels, row('shop_pw-2'), 'blocked'],
    ['of the same unit is taken for what it made', labels, {}, undefined],
    ['of the same unit that the Swarm says is another is blocked', labels, asked(false), 'blocked'],
    ['of nobody is blocked', {}, {}, 'blocked'],
    ['of nobody that the Swarm says is the same is left alone', {}, asked(true), undefined],
  ])('%s', (_, liveLabels, rest, action) => {
    expect(secret.plan(wish, aWorld(live(liveLabels), rest))?.action).toBe(action);
  });
});

describe('old versions', () => {
  const versions = [1, 2, 3, 4, 5].map((number) => ({
    ...aConfig(`app-${number}`, String(number), { Labels: labels }),
    CreatedAt: `2026-11-0${number}T00:00:00Z`,
  }));
  const rows = versions.map(({ Spec }): OwnedObject => ({
    unit: 'shop',
    kind: 'config',
    name: Spec.Name,
    state: { base: 'app' },
  }));
  const world = aWorld(
    { configs: versions },
    { owned: rows, bases: new Set(['config/app']), current: new Set(['config/app-5']) },
  );
  const gone = (in_: typeof world) =>
    rows
      .filter((row) => row.name !== 'app-5')
      .filter((row) => config.remove?.(row, in_)?.action === 'delete')
      .map(({ name }) => name);

  test('go, but for the newest two that nothing uses', () => {
    expect(gone(world)).toStrictEqual(['app-1', 'app-2']);
    expect(gone({ ...world, keepVersions: 0 })).toStrictEqual(['app-1', 'app-2', 'app-3', 'app-4']);
  });

  test.each([
    ['a service', { services: [aService(using('app-1'))] }],
    [
      'a rollback',
      {
        services: [
          aService({ Name: 'shop_web', TaskTemplate: {} }, { PreviousSpec: using('app-1') }),
        ],
      },
    ],
    ['a task', { tasks: [aTask('gone', 'running', { Spec: using('app-1').TaskTemplate })] }],
  ])('stay without a word when %s needs them', (_, users) => {
    const used = { ...world, snapshot: { ...world.snapshot, ...users } };
    expect(gone(used)).toStrictEqual(['app-2']);
    expect(config.remove?.(rows[0] as OwnedObject, used)).toBeUndefined();
  });

  test('wait for the service when the files have none of them any more', () => {
    const snapshot = { ...world.snapshot, services: [aService(using('app-1'))] };
    const dropped = { ...world, bases: new Set<string>(), snapshot };
    expect(config.remove?.(rows[0] as OwnedObject, dropped)).toMatchObject({ waiting: true });
  });
});
