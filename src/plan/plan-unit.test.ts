import { describe, expect, test } from 'vitest';
import { engineStores } from '../../test/unit/engine-stores.ts';
import {
  aConfig,
  aNetwork,
  aNode,
  aSecret,
  aService,
  aSwarm,
  aTask,
  aUnit,
  aWorld,
  desiredService,
  idOf,
  options,
} from '../../test/unit/world.ts';
import type {
  DesiredConfig,
  DesiredNetwork,
  DesiredSecret,
  DesiredService,
} from '../desired/desired.ts';
import type { OwnedObject } from '../kinds/kind.ts';
import { wishHash } from '../kinds/service.ts';
import type { ServiceSpec } from '../swarm/types.ts';
import { planRemovedUnit, planUnit } from './plan-unit.ts';

const labels = { 'skep.unit': 'shop', 'com.docker.stack.namespace': 'shop' };

function spec(name: string, rest: Partial<ServiceSpec['TaskTemplate']> = {}): ServiceSpec {
  return {
    Name: name,
    Labels: labels,
    EndpointSpec: { Mode: 'vip' },
    TaskTemplate: { ContainerSpec: { Image: 'redis:7' }, ...rest },
  };
}
function after(name: string, ...others: string[]): DesiredService {
  return desiredService(spec(name), {
    after: others.map((name) => ({ name, condition: 'service_started' })),
  });
}
function network(name: string): DesiredNetwork {
  return { kind: 'network', unit: 'shop', name, options: {}, spec: { Name: name, Labels: labels } };
}
function version(name: string, base: string, data: string): DesiredConfig {
  const Data = Buffer.from(data).toString('base64');
  return {
    kind: 'config',
    unit: 'shop',
    name,
    base,
    options: {},
    spec: { Name: name, Labels: labels, Data },
  };
}
const withConfig = (name: string, id = '') => ({
  ContainerSpec: {
    Image: 'redis:7',
    Configs: [
      { File: { Name: '/c', UID: '0', GID: '0', Mode: 0o444 }, ConfigID: id, ConfigName: name },
    ],
  },
});
const row = (kind: OwnedObject['kind'], name: string, state = {}): OwnedObject => ({
  unit: 'shop',
  kind,
  name,
  state,
});
const live = (name: string) => aService(engineStores(spec(name)));
const said = (plan: ReturnType<typeof planUnit>) =>
  plan.stages.map((stage) => stage.map(({ action, name }) => `${action} ${name}`));

describe('a new unit', () => {
  const objects = [
    after('shop_web', 'shop_db'),
    after('shop_db'),
    after('shop_proxy', 'shop_web'),
    version('shop_app-1', 'shop_app', 'x'),
    network('shop_back'),
  ];

  test('is made in the order of need', () => {
    expect(said(planUnit(aUnit(objects), aWorld(), options))).toStrictEqual([
      ['create shop_back'],
      ['create shop_app-1'],
      ['create shop_db'],
      ['create shop_web'],
      ['create shop_proxy'],
    ]);
  });

  test('does not wait for what comes in the same pass', () => {
    const web = desiredService(spec('shop_web', { Networks: [{ Target: 'shop_back' }] }));
    const plan = planUnit(aUnit([web, network('shop_back')]), aWorld(), options);
    expect(said(plan)).toStrictEqual([['create shop_back'], ['create shop_web']]);
  });

  test('of services that wait for each other is an error, and nothing is sent', () => {
    const circle = [after('shop_a', 'shop_b'), after('shop_b', 'shop_a')];
    expect(planUnit(aUnit(circle), aWorld(), options)).toMatchObject({
      actions: [],
      diagnostics: [{ severity: 'error', code: 'dependency-cycle' }],
    });
  });

  test('that could not be converted sends nothing', () => {
    const diagnostics = [{ severity: 'error' as const, code: 'x', message: 'x' }];
    expect(planUnit(aUnit(objects, { diagnostics }), aWorld(), options).actions).toStrictEqual([]);
  });

  test('waits for what it takes as given', () => {
    const unit = aUnit([], { external: [{ kind: 'network', name: 'backend' }] });
    expect(planUnit(unit, aWorld(), options).actions).toMatchObject([
      { kind: 'network', name: 'backend', action: 'blocked', waiting: true },
    ]);
    const there = aWorld({ networks: [aNetwork('backend')] });
    expect(planUnit(unit, there, options).actions).toStrictEqual([]);
  });

  test('leaves out what is suspended', () => {
    const suspended = desiredService(spec('shop_web'), { options: { suspend: true } });
    expect(planUnit(aUnit([suspended]), aWorld(), options).actions).toStrictEqual([]);
  });
});

describe('a unit that `docker stack deploy` made', () => {
  const plain = 'shop_app';
  const deployed = engineStores({
    ...spec('shop_web', withConfig(plain, idOf(plain))),
    Labels: { 'com.docker.stack.namespace': 'shop' },
  });
  const config = aConfig(plain, 'x', { Labels: { 'com.docker.stack.namespace': 'shop' } });
  const world = aWorld({ services: [aService(deployed)], configs: [config] });
  const web = desiredService(spec('shop_web', withConfig('shop_app-1')));

  test('is taken over without a write, under the names it has', () => {
    const plan = planUnit(aUnit([web, version('shop_app-1', plain, 'x')]), world, options);
    expect(plan.actions).toStrictEqual([]);
    expect(plan.objects.map(({ name }) => name)).toStrictEqual(['shop_web', plain]);
  });

  test('gets versions of its own when the content changes', () => {
    const plan = planUnit(aUnit([web, version('shop_app-1', plain, 'y')]), world, options);
    expect(said(plan)).toStrictEqual([['create shop_app-1'], ['update shop_web']]);
  });
});

describe('a secret that `docker stack deploy` made', () => {
  const wish = (name: string) =>
    ({ ...version(name, 'shop_pw', 'x'), kind: 'secret' }) as unknown as DesiredSecret;
  const live = aSecret('shop_pw', { 'com.docker.stack.namespace': 'shop' });
  const world = (...owned: OwnedObject[]) => aWorld({ secrets: [live] }, { owned });

  test('is taken for what the files say, with a warning', () => {
    const plan = planUnit(aUnit([wish('shop_pw-1')]), world(), options);
    expect(plan).toMatchObject({
      actions: [],
      objects: [{ name: 'shop_pw', version: 'shop_pw-1' }],
      diagnostics: [{ severity: 'warning', code: 'secret-taken-over' }],
    });
  });

  test('is left for a version when the files say something else later', () => {
    const known = world(row('secret', 'shop_pw', { base: 'shop_pw', version: 'shop_pw-1' }));
    const same = planUnit(aUnit([wish('shop_pw-1')]), known, options);
    expect(same).toMatchObject({ actions: [], diagnostics: [] });
    const other = planUnit(aUnit([wish('shop_pw-2')]), known, options);
    expect(said(other)).toStrictEqual([['create shop_pw-2']]);
  });
});

describe('a spec that Swarm gave up', () => {
  const wish = desiredService(spec('shop_web', { ContainerSpec: { Image: 'bad:1' } }));
  const refused = { shop_web: wishHash(wish) };
  const inState = (State: string) =>
    aWorld({
      services: [
        aService(engineStores(spec('shop_web')), { UpdateStatus: { State, Message: 'm' } }),
      ],
    });

  test.each(['rollback_completed', 'rollback_started', 'rollback_paused', 'paused'])(
    'is not sent again: %s',
    (state) => {
      const plan = planUnit(aUnit([wish]), inState(state), { ...options, refused });
      expect(plan.actions).toMatchObject([{ action: 'blocked', writes: [] }]);
      expect(plan.actions[0]?.waiting).toBeUndefined();
    },
  );

  test('is sent when a person forces it, and so is another', () => {
    const world = inState('rollback_completed');
    const forced = { ...options, refused, allow: { force: true } };
    expect(planUnit(aUnit([wish]), world, forced).actions[0]?.action).toBe('update');
    const other = desiredService(spec('shop_web', { ContainerSpec: { Image: 'good:1' } }));
    expect(planUnit(aUnit([other]), world, { ...options, refused }).actions[0]?.action).toBe(
      'update',
    );
  });
});

describe('what no file names any more', () => {
  const names = ['shop_a', 'shop_b', 'shop_c', 'shop_d'];
  const owned = names.map((name) => row('service', name));
  const world = aWorld({ services: names.map(live) }, { owned });
  const keep = (...kept: string[]) => aUnit(kept.map((name) => after(name)));

  test('goes', () => {
    expect(said(planUnit(keep('shop_a', 'shop_b'), world, options))).toStrictEqual([
      ['delete shop_c', 'delete shop_d'],
    ]);
  });

  test('goes although a declared node has not joined, but no node loses labels then', () => {
    const w1 = aNode('w1', { Labels: { disk: 'ssd' } });
    const rows: OwnedObject[] = [
      row('network', 'shop_back'),
      { unit: 'shop', kind: 'node', name: w1.ID, state: { labels: ['disk'] } },
    ];
    const networks = [aNetwork('shop_back', { Labels: labels })];
    const inventory = aWorld({ nodes: [w1], networks }, { owned: rows });
    const missing = { kind: 'node', unit: 'shop', name: 'w9', options: {}, settings: {} } as const;
    expect(said(planUnit(aUnit([missing]), inventory, options))).toStrictEqual([
      ['blocked w9'],
      ['delete shop_back'],
    ]);
    expect(said(planUnit(aUnit([]), inventory, options))).toStrictEqual([
      [`update ${w1.ID}`],
      ['delete shop_back'],
    ]);
  });

  test('stays when it would be more than half of the unit, unless that is allowed', () => {
    const plan = planUnit(keep('shop_a'), world, options);
    expect(plan.actions).toHaveLength(3);
    for (const action of plan.actions) {
      expect(action).toMatchObject({ action: 'blocked', condition: 'PruneRefused', writes: [] });
      expect(action.reason).toContain('3 of the 4');
    }
    const allowed = planUnit(keep('shop_a'), world, { ...options, allow: { prune: true } });
    expect(allowed.actions.map(({ action }) => action)).toStrictEqual(Array(3).fill('delete'));
  });

  test('goes when it is one thing, also the only one', () => {
    const one = aWorld({ services: [live('shop_a')] }, { owned: [row('service', 'shop_a')] });
    expect(said(planUnit(aUnit([]), one, options))).toStrictEqual([['delete shop_a']]);
  });

  test.each([
    [
      'the view is not complete',
      keep('shop_a', 'shop_b', 'shop_c'),
      { ...options, mayPrune: false },
    ],
    [
      'the unit says so',
      { ...keep('shop_a', 'shop_b', 'shop_c'), options: { prune: false } },
      options,
    ],
    [
      'something is in the way of the rest',
      aUnit([...keep('shop_a', 'shop_b', 'shop_c').objects], {
        external: [{ kind: 'secret', name: 'x' }],
      }),
      options,
    ],
  ])('stays while %s', (_, unit, given) => {
    expect(
      planUnit(unit, world, given).actions.filter(({ action }) => action === 'delete'),
    ).toStrictEqual([]);
  });

  test('stays when its own word was not to prune it', () => {
    const kept = {
      ...world,
      owned: [...owned.slice(0, 3), row('service', 'shop_d', { prune: false })],
    };
    expect(planUnit(keep('shop_a', 'shop_b', 'shop_c'), kept, options).actions).toStrictEqual([]);
  });

  test('stays when it is not ours by its label, or by the inventory', () => {
    const theirs = aService({ ...spec('shop_d'), Labels: { 'skep.unit': 'blog' } });
    const labelled = aWorld({ services: [...names.slice(0, 3).map(live), theirs] }, { owned });
    const three = keep('shop_a', 'shop_b', 'shop_c');
    expect(planUnit(three, labelled, options).actions).toStrictEqual([]);
    const unlisted = aWorld({ services: names.map(live) }, { owned: owned.slice(0, 3) });
    expect(planUnit(three, unlisted, options).actions).toStrictEqual([]);
  });
});

describe('a unit that is gone', () => {
  const web = aService(engineStores(spec('shop_web', { Networks: [{ Target: 'shop_back' }] })));
  const owned = [row('service', 'shop_web'), row('network', 'shop_back'), row('secret', 'shop_pw')];
  const rest = {
    networks: [aNetwork('shop_back', { Labels: labels })],
    secrets: [aSecret('shop_pw', labels)],
  };
  const allow = { ...options, allow: { prune: true } };

  test('is removed in the order of need, the network when its last task has stopped', () => {
    const all = aWorld({ services: [web], ...rest }, { owned });
    expect(said(planRemovedUnit('shop', all, allow))).toStrictEqual([
      ['delete shop_web'],
      ['delete shop_pw'],
      ['blocked shop_back'],
    ]);
    const stopping = aTask('shop_web', 'running', {
      Spec: web.Spec.TaskTemplate,
      DesiredState: 'remove',
    });
    expect(
      said(planRemovedUnit('shop', aWorld({ ...rest, tasks: [stopping] }, { owned }), allow)).at(
        -1,
      ),
    ).toStrictEqual(['blocked shop_back']);
    expect(said(planRemovedUnit('shop', aWorld(rest, { owned }), allow)).at(-1)).toStrictEqual([
      'delete shop_back',
    ]);
  });

  test('needs leave when it is more than one thing', () => {
    const all = aWorld({ services: [web], ...rest }, { owned });
    const plan = planRemovedUnit('shop', all, options);
    expect(plan.actions.every(({ condition }) => condition === 'PruneRefused')).toBe(true);
    expect(plan.actions).toHaveLength(3);
  });

  test('stays when the view is not complete', () => {
    const all = aWorld({ services: [web], ...rest }, { owned });
    expect(planRemovedUnit('shop', all, { ...allow, mayPrune: false }).actions).toStrictEqual([]);
  });
});

describe('Skep itself', () => {
  const socket = { Type: 'bind', Source: '/var/run/docker.sock', Target: '/var/run/docker.sock' };
  const data = { Type: 'volume', Source: 'shop_data', Target: '/var/lib/skep' };
  const self = spec('shop_skep', {
    ContainerSpec: { Image: 'skep:1', Mounts: [socket, data] },
    Placement: { Constraints: ['node.role == manager'] },
    Networks: [{ Target: 'shop_back' }],
  });
  const services = [aService(engineStores(self)), live('shop_web')];
  const networks = [aNetwork('shop_back', { Labels: labels })];
  const selfServiceId = idOf('shop_skep');
  const owned = [row('service', 'shop_skep'), row('network', 'shop_back')];
  const world = aWorld({ services, networks, selfServiceId }, { owned });

  test('is written last', () => {
    const newer = {
      ...self,
      TaskTemplate: {
        ...self.TaskTemplate,
        ContainerSpec: { Image: 'skep:2', Mounts: [socket, data] },
      },
    };
    const web = desiredService(spec('shop_web', { ContainerSpec: { Image: 'redis:8' } }));
    const plan = planUnit(
      aUnit([desiredService(newer), web, network('shop_back')]),
      world,
      options,
    );
    expect(said(plan)).toStrictEqual([['update shop_web'], ['update shop_skep']]);
  });

  test('keeps its lease to itself, wherever it runs', () => {
    const lock = aConfig('skep-lock', '1');
    const files = aUnit([version('skep-lock', '', '1')]);
    const there = aWorld({ configs: [lock] }, { owned: [row('config', 'skep-lock')] });
    const condition = 'SelfProtected';
    expect(planUnit(files, there, options).actions).toMatchObject([
      { action: 'blocked', condition },
    ]);
    expect(planRemovedUnit('shop', there, options).actions).toEqual([]);
  });

  test('is never removed', () => {
    const plan = planRemovedUnit('shop', world, { ...options, allow: { prune: true } });
    expect(plan.actions).toMatchObject([
      { name: 'shop_skep', action: 'blocked', condition: 'SelfProtected' },
      { name: 'shop_back', action: 'blocked' },
    ]);
  });

  const selfWith = (part: object) => ({ ...self, TaskTemplate: { ...self.TaskTemplate, ...part } });

  test.each<[string, ServiceSpec]>([
    ['replicas', { ...self, Mode: { Replicated: { Replicas: 0 } } }],
    ['socket', selfWith({ ContainerSpec: { Image: 'skep:1', Mounts: [data] } })],
    ['volume', selfWith({ ContainerSpec: { Image: 'skep:1', Mounts: [socket] } })],
    ['way to the managers', selfWith({ Placement: { Constraints: [] } })],
  ])('keeps its %s', (_, wish) => {
    const plan = planUnit(aUnit([desiredService(wish), network('shop_back')]), world, options);
    expect(plan.actions).toMatchObject([{ action: 'blocked', condition: 'SelfProtected' }]);
  });

  test('is not taken by a file when it belongs to none', () => {
    const nobodys = aService({ ...engineStores(self), Labels: {} });
    const wish = {
      ...self,
      TaskTemplate: { ...self.TaskTemplate, ContainerSpec: { Image: 'evil:1', Mounts: [socket] } },
    };
    const plan = planUnit(
      aUnit([desiredService(wish), network('shop_back')]),
      aWorld({ services: [nobodys], networks, selfServiceId }),
      options,
    );
    expect(plan.actions).toMatchObject([{ action: 'blocked', condition: 'SelfProtected' }]);
  });
});

describe("the cluster's unit", () => {
  const unit = (kind: 'cluster' | 'token', name: string, rest: object) =>
    ({ kind, unit: 'cluster', name, options: {}, ...rest }) as never;

  test('updates the Swarm once in a pass: a second update would be out of sequence', () => {
    const schedule = { rotate: '0 3 * * *' };
    const since = Date.parse('2026-11-01T00:00:00Z');
    const owned = (['worker', 'manager'] as const).map((name) => ({
      unit: 'cluster',
      kind: 'token' as const,
      name,
      state: { rotate: schedule.rotate, timezone: 'UTC', since },
    }));
    const objects = [
      unit('token', 'worker', { schedule }),
      unit('token', 'manager', { schedule }),
      unit('cluster', 'cluster', { settings: { task_history_limit: 1 } }),
    ];
    const plan = planUnit(
      aUnit(objects, { name: 'cluster' }),
      aWorld({ swarm: aSwarm() }, { owned }),
      options,
    );
    expect(plan.actions).toMatchObject([
      { kind: 'cluster', action: 'update' },
      { kind: 'token', name: 'worker', action: 'blocked', waiting: true, writes: [] },
      { kind: 'token', name: 'manager', action: 'blocked', waiting: true, writes: [] },
    ]);
  });

  test('updates the Swarm once in a pass as well for what goes', () => {
    const at = '2026-11-01T00:00:00.000Z';
    const labels = { 'skep.rotated.worker': at, 'skep.rotated-at.manager': at };
    const owned = (['worker', 'manager'] as const).map((name) => ({
      unit: 'cluster',
      kind: 'token' as const,
      name,
      state: { since: 0 },
    }));
    const plan = planUnit(
      aUnit([], { name: 'cluster' }),
      aWorld({ swarm: aSwarm({ Labels: labels }) }, { owned }),
      options,
    );
    expect(plan.stages).toMatchObject([
      [
        { kind: 'token', name: 'manager', action: 'update' },
        { kind: 'token', name: 'worker', action: 'blocked', waiting: true, writes: [] },
      ],
    ]);
  });

  test('changes roles with all declared nodes in view', () => {
    const nodes = [aNode('m1', { Role: 'manager' }), aNode('w1'), aNode('w2')];
    const objects = ['w1', 'w2'].map(
      (name) =>
        ({
          kind: 'node',
          unit: 'cluster',
          name,
          options: {},
          settings: { role: 'manager' },
        }) as const,
    );
    const plan = planUnit(aUnit([...objects], { name: 'cluster' }), aWorld({ nodes }), options);
    expect(said(plan)).toStrictEqual([['update w1', 'blocked w2']]);
  });
});
