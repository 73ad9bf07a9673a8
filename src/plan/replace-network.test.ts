import { describe, expect, test } from 'vitest';
import { engineStores } from '../../test/unit/engine-stores.ts';
import {
  aNetwork,
  aService,
  aTask,
  aUnit,
  aWorld,
  desiredService,
  idOf,
  options,
} from '../../test/unit/world.ts';
import type { DesiredNetwork, DesiredService } from '../desired/desired.ts';
import type { OwnedObject, World } from '../kinds/kind.ts';
import { wishHash } from '../kinds/service.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import type { Service, ServiceSpec } from '../swarm/types.ts';
import { planUnit } from './plan-unit.ts';

const labels = { 'skep.unit': 'shop', 'com.docker.stack.namespace': 'shop' };
const back: DesiredNetwork = {
  kind: 'network',
  unit: 'shop',
  name: 'shop_back',
  options: { replace: true },
  spec: { Name: 'shop_back', Labels: labels, Attachable: true },
};
const old = aNetwork('shop_back', { Labels: labels });

function spec(name: string, rest: Partial<ServiceSpec> = {}, image = 'redis:7'): ServiceSpec {
  return {
    Name: name,
    Labels: labels,
    EndpointSpec: { Mode: 'vip' },
    UpdateConfig: { Parallelism: 2, FailureAction: 'rollback' },
    ...rest,
    TaskTemplate: { ContainerSpec: { Image: image }, Networks: [{ Target: 'shop_back' }] },
  };
}
/** As live: the network by its ID. */
function live(
  wish: ServiceSpec,
  rest: Partial<Service> = {},
  networks = [idOf('shop_back')],
): Service {
  const Networks = networks.map((Target) => ({ Target }));
  return aService(
    engineStores({ ...wish, TaskTemplate: { ...wish.TaskTemplate, Networks } }),
    rest,
  );
}
const web = desiredService(spec('shop_web'));
const row = (name: string, state = {}): OwnedObject => ({
  unit: 'shop',
  kind: 'service',
  name,
  state,
});

function plan(
  wishes: DesiredService[],
  services: Service[],
  rest: Partial<World> = {},
  seen: Partial<Snapshot> = {},
) {
  const named = new Map(wishes.map(({ name }) => [`service/${name}`, 'shop']));
  const world = aWorld({ networks: [old], services, ...seen }, { named, ...rest });
  return planUnit(aUnit([back, ...wishes]), world, options);
}
const said = ({ actions }: ReturnType<typeof planUnit>) =>
  actions.map(({ action, name }) => `${action} ${name}`);

describe('a network that must be replaced', () => {
  test('has its users detached, which changes nothing else of them', () => {
    const newer = desiredService(spec('shop_web', {}, 'redis:8'));
    const { actions } = plan([newer], [live(web.spec)]);
    expect(actions).toMatchObject([
      { name: 'shop_back', action: 'blocked', waiting: true, condition: 'NetworkReplacing' },
      {
        name: 'shop_web',
        action: 'update',
        restarts: true,
        interim: true,
        writes: [
          {
            call: 'service.update',
            spec: {
              TaskTemplate: { ContainerSpec: { Image: 'redis:7' } },
              UpdateConfig: { Parallelism: 2, FailureAction: 'continue' },
            },
          },
        ],
      },
    ]);
    expect(actions[1]?.changes.map(({ path }) => path)).toEqual([
      'networks.shop_back',
      'update_config.failure_action',
    ]);
    expect(actions[1]?.writes[0]).not.toHaveProperty('spec.TaskTemplate.Networks');
  });

  test('waits for tasks that still have it, and what needs it waits along', () => {
    const detached = live(web.spec, {}, []);
    const ending = aTask('shop_web', 'running', {
      DesiredState: 'shutdown',
      NetworksAttachments: [{ Network: { ID: old.Id } }],
    });
    const fresh = desiredService(spec('shop_new'));
    const { actions } = plan([web, fresh], [detached], {}, { tasks: [ending] });
    expect(actions).toMatchObject([
      { name: 'shop_back', action: 'blocked', waiting: true },
      { name: 'shop_web', action: 'blocked', waiting: true, interim: true },
      { name: 'shop_new', action: 'blocked', waiting: true, interim: true },
    ]);
  });

  test('is replaced when nothing has it any more, and all are attached in the same pass', () => {
    const { actions } = plan([web], [live(web.spec, {}, [])]);
    expect(actions).toMatchObject([
      { name: 'shop_back', action: 'replace' },
      { name: 'shop_web', action: 'update', changes: [{ path: 'networks.shop_back', from: null }] },
    ]);
    expect(actions[1]?.interim).toBeUndefined();
  });

  test('leaves alone who does not use it', () => {
    const apart = spec('shop_page');
    delete apart.TaskTemplate.Networks;
    const found = plan([web, desiredService(apart)], [live(web.spec), live(apart, {}, [])]);
    expect(said(found)).toEqual(['blocked shop_back', 'update shop_web']);
  });

  test('has what no file names removed, and nothing that does not use it', () => {
    const owned = ['shop_web', 'shop_old', 'shop_apart', 'shop_more'].map((name) => row(name));
    const services = [
      live(web.spec),
      live(spec('shop_old')),
      live(spec('shop_apart'), {}, []),
      live(spec('shop_more')),
    ];
    const found = plan([web, desiredService(spec('shop_more'))], services, { owned });
    expect(said(found)).toEqual([
      'blocked shop_back',
      'update shop_web',
      'update shop_more',
      'delete shop_old',
    ]);
  });

  test('has a service detached whose wish Swarm refused: that very wish is not sent', () => {
    const bad = desiredService(spec('shop_web', {}, 'redis:bad'));
    const { actions } = planUnit(
      aUnit([back, bad]),
      aWorld({ networks: [old], services: [live(web.spec)] }),
      { ...options, refused: { shop_web: wishHash(bad) } },
    );
    expect(actions[1]).toMatchObject({ action: 'update', interim: true });
  });

  test('leaves the update settings to whom they are left', () => {
    const theirs = { ...web, options: { ignore: ['update_config'] } };
    const { actions } = plan([theirs], [live(web.spec)]);
    expect(actions[1]?.changes.map(({ path }) => path)).toEqual(['networks.shop_back']);
  });
});

describe('stays as it is, its users too, as long as there is', () => {
  const updated = (State: string): Partial<Service> => ({ UpdateStatus: { State } });
  const job = spec('shop_web', { Mode: { ReplicatedJob: {} } });
  test.each<[string, RegExp, DesiredService[], Service[], Partial<World>]>([
    [
      'a service of nobody',
      /shop_theirs \(it is in no file\)/,
      [],
      [live(spec('shop_theirs'))],
      {},
    ],
    [
      'a suspended service',
      /suspended/,
      [{ ...web, options: { suspend: true } }],
      [live(web.spec)],
      {},
    ],
    ['a job', /job/, [desiredService(job)], [live(job)], {}],
    ['an update that stands still', /stands still/, [web], [live(web.spec, updated('paused'))], {}],
    [
      'an update that was rolled back',
      /rolled back/,
      [desiredService(spec('shop_web', {}, 'redis:bad'))],
      [live(web.spec, updated('rollback_completed'))],
      {},
    ],
    [
      'a service that is never pruned',
      /not to be pruned/,
      [],
      [live(spec('shop_kept'))],
      { owned: [row('shop_kept', { prune: false })] },
    ],
    [
      'a service of another unit',
      /belongs to the unit other/,
      [web],
      [live({ ...web.spec, Labels: { 'skep.unit': 'other' } })],
      {},
    ],
    [
      'a container of no service',
      /a container of no service/,
      [web],
      [live(web.spec)],
      { guests: new Map([[old.Id, 'task']]) },
    ],
  ])('%s', (_, reason, wishes, services, rest) => {
    const { actions } = plan(wishes, services, rest);
    const [network, ...others] = actions;
    expect(network).toMatchObject({ action: 'blocked', condition: 'NetworkInUse' });
    expect(network?.waiting).toBeUndefined();
    expect(network?.reason).toMatch(reason);
    expect(others.filter(({ interim }) => interim)).toEqual([]);
  });

  test('Skep itself', () => {
    const seen = { selfServiceId: idOf('shop_web') };
    const [network, ...others] = plan([web], [live(web.spec)], {}, seen).actions;
    expect(network?.reason).toMatch(/shop_web \(Skep itself runs there\)/);
    expect(others).toEqual([]);
  });

  test.each<[string, RegExp, DesiredService[], Service[], Partial<World>]>([
    ['an update under way', /being updated/, [web], [live(web.spec, updated('updating'))], {}],
    [
      'a file that cannot be read',
      /not all files/,
      [],
      [live(spec('shop_gone'))],
      { owned: [row('shop_gone')], named: undefined } as never,
    ],
    [
      'a unit that goes with all it has',
      /goes with its unit other/,
      [],
      [live({ ...spec('shop_gone'), Labels: { 'skep.unit': 'other' } })],
      { owned: [{ ...row('shop_gone'), unit: 'other' }] },
    ],
  ])('%s, which passes', (_, reason, wishes, services, rest) => {
    const [network, ...others] = plan(wishes, services, rest).actions;
    expect(network).toMatchObject({ action: 'blocked', condition: 'NetworkInUse', waiting: true });
    expect(network?.reason).toMatch(reason);
    expect(others).toEqual([]);
  });
});

describe('of another unit', () => {
  const cluster = aUnit(
    [{ ...back, unit: 'cluster', spec: { ...back.spec, Labels: { 'skep.unit': 'cluster' } } }],
    { name: 'cluster' },
  );
  const shop = aUnit([web], { external: [{ kind: 'network', name: 'shop_back' }] });
  const theirs = aNetwork('shop_back', { Labels: { 'skep.unit': 'cluster' } });
  const units = [cluster, shop];

  test('the services are detached by their own unit, which is asked', () => {
    const world = aWorld({ networks: [theirs], services: [live(web.spec)] }, { units });
    const found = planUnit(cluster, world, options);
    expect(said(found)).toEqual(['blocked shop_back']);
    expect(found.waitsFor).toEqual(['shop']);
    expect(said(planUnit(shop, world, options))).toEqual(['update shop_web']);
  });

  test('they wait until it is made anew', () => {
    const world = aWorld({ networks: [theirs], services: [live(web.spec, {}, [])] }, { units });
    const found = planUnit(cluster, world, options);
    expect(said(found)).toEqual(['replace shop_back']);
    expect(found.waitsFor).toEqual([]);
    expect(planUnit(shop, world, options).actions).toMatchObject([
      { action: 'blocked', waiting: true, interim: true },
    ]);
  });

  test('nothing is detached when one of the units is not run', () => {
    const services = [live(web.spec)];
    const alone = aWorld({ networks: [theirs], services }, { units: [shop] });
    expect(planUnit(shop, alone, options).actions).toEqual([]);
    const without = aWorld({ networks: [theirs], services }, { units: [cluster] });
    expect(planUnit(cluster, without, options).actions).toMatchObject([
      { action: 'blocked', condition: 'NetworkInUse' },
    ]);
  });
});
