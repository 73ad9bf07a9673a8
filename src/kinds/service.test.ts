import { describe, expect, test } from 'vitest';
import { engineStores } from '../../test/unit/engine-stores.ts';
import { aNetwork, aService, aWorld, desiredService, idOf } from '../../test/unit/world.ts';
import type { ContainerSpec, ServiceSpec, TaskSpec } from '../swarm/types.ts';
import type { World } from './kind.ts';
import { service } from './service.ts';

const base: ServiceSpec = {
  Name: 'shop_web',
  Labels: { 'com.docker.stack.namespace': 'shop', 'skep.unit': 'shop' },
  Mode: { Replicated: { Replicas: 2 } },
  EndpointSpec: { Mode: 'vip', Ports: [{ TargetPort: 80, PublishedPort: 8080 }] },
  TaskTemplate: {
    ContainerSpec: {
      Image: 'redis:7',
      Env: ['A=1', 'B=2'],
      Mounts: [
        { Type: 'volume', Source: 'data', Target: '/data' },
        { Type: 'bind', Source: '/etc', Target: '/etc/host', ReadOnly: true },
      ],
      Secrets: [
        {
          File: { Name: 'pw', UID: '0', GID: '0', Mode: 0o444 },
          SecretID: idOf('shop_pw-1'),
          SecretName: 'shop_pw-1',
        },
      ],
    },
    Networks: [{ Target: 'back', Aliases: ['web'] }],
  },
};

function container(rest: Partial<ContainerSpec>): ServiceSpec {
  return task({ ContainerSpec: { ...base.TaskTemplate.ContainerSpec, ...rest } });
}
function task(rest: Partial<TaskSpec>): ServiceSpec {
  return { ...base, TaskTemplate: { ...base.TaskTemplate, ...rest } };
}
function worldOf(live: ServiceSpec | undefined, rest: Partial<World> = {}): World {
  const services = live ? [aService(live)] : [];
  const secrets = ['shop_pw-1', 'shop_pw-2'].map((Name) => ({
    ...aService(base),
    ID: idOf(Name),
    Spec: { Name },
  }));
  return aWorld({ services, secrets, networks: [aNetwork('back'), aNetwork('front')] }, rest);
}
function planned(desired: ServiceSpec, live: ServiceSpec, ignore: string[] = []) {
  return service.plan(desiredService(desired, { options: { ignore } }), worldOf(live));
}
function next(desired: ServiceSpec, live: ServiceSpec): ServiceSpec {
  const write = planned(desired, live)?.writes[0];
  if (write?.call !== 'service.update') throw new Error('no update was planned');
  return write.spec;
}
const stored = engineStores(base);
const { EndpointSpec: endpoint, ...withoutEndpoint } = stored;

describe('nothing is sent when the same is said differently', () => {
  test.each<[string, ServiceSpec, ServiceSpec]>([
    ['as stored', base, stored],
    ['variables in another order', container({ Env: ['B=2', 'A=1'] }), stored],
    ['the last of two variables', container({ Env: ['A=0', 'B=2', 'A=1'] }), stored],
    ['an image by its long name', container({ Image: 'docker.io/library/redis:7' }), stored],
    [
      'an image whose digest was pinned',
      base,
      engineStores(container({ Image: 'redis:7@sha256:abc' })),
    ],
    [
      'mounts in another order',
      container({ Mounts: base.TaskTemplate.ContainerSpec?.Mounts?.toReversed() ?? [] }),
      stored,
    ],
    [
      'a grace period as the Engine has it anyway',
      container({ StopGracePeriod: 10_000_000_000 }),
      stored,
    ],
    ['init that the client turned off', base, engineStores(container({ Init: false }))],
    [
      'a restart policy as the Engine has it anyway',
      task({ RestartPolicy: { Condition: 'any', Delay: 5_000_000_000, MaxAttempts: 0 } }),
      stored,
    ],
    ['empty resources', task({ Resources: { Limits: {}, Reservations: {} } }), stored],
    [
      'an update config as the Engine has it anyway',
      { ...base, UpdateConfig: { Parallelism: 1, Monitor: 5_000_000_000 } },
      stored,
    ],
    [
      'capabilities in short',
      container({ CapabilityAdd: ['net_admin'] }),
      engineStores(container({ CapabilityAdd: ['CAP_NET_ADMIN'] })),
    ],
    [
      'constraints without blanks',
      task({ Placement: { Constraints: ['node.role==manager'] } }),
      engineStores(task({ Placement: { Constraints: ['node.role == manager'] } })),
    ],
    [
      'platforms that a client resolved',
      base,
      engineStores(task({ Placement: { Platforms: [{ OS: 'linux' }] } })),
    ],
    [
      'an endpoint that was never there',
      { ...base, EndpointSpec: { Mode: 'vip' } },
      withoutEndpoint,
    ],
    ['no label of ours yet', base, { ...stored, Labels: { 'com.docker.stack.namespace': 'shop' } }],
    [
      'labels of swarm-cronjob',
      base,
      { ...stored, Labels: { ...stored.Labels, 'swarm.cronjob.enable': 'true' } },
    ],
    [
      'security options of another tool',
      container({ Privileges: { CredentialSpec: null } }),
      engineStores(container({ Privileges: { NoNewPrivileges: true } })),
    ],
    [
      'a file credential that is empty',
      container({ Privileges: { CredentialSpec: { Config: '', File: '', Registry: '' } } }),
      stored,
    ],
  ])('%s', (_, desired, live) => {
    expect(planned(desired, live)).toBeUndefined();
  });
});

describe('a difference is named, and known to restart tasks or not', () => {
  test.each<[string, ServiceSpec, object[], boolean]>([
    [
      'replicas',
      { ...base, Mode: { Replicated: { Replicas: 3 } } },
      [{ path: 'replicas', from: 2, to: 3 }],
      false,
    ],
    [
      'image',
      container({ Image: 'redis:8' }),
      [{ path: 'image', from: 'redis:7', to: 'redis:8' }],
      true,
    ],
    [
      'a variable',
      container({ Env: ['A=1', 'B=3'] }),
      [{ path: 'env.B', from: '(sensitive)', to: '(sensitive)' }],
      true,
    ],
    [
      'a variable more',
      container({ Env: ['A=1', 'B=2', 'C'] }),
      [{ path: 'env.C', from: null, to: '(sensitive)' }],
      true,
    ],
    [
      'a label',
      { ...base, Labels: { ...base.Labels, x: '1' } },
      [{ path: 'labels.x', from: null, to: '1' }],
      false,
    ],
    [
      'a member of a mount',
      container({
        Mounts: [
          { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true },
          ...(base.TaskTemplate.ContainerSpec?.Mounts?.slice(1) ?? []),
        ],
      }),
      [{ path: 'mounts./data.read_only', from: false, to: true }],
      true,
    ],
    [
      'ports',
      { ...base, EndpointSpec: { Mode: 'vip' } },
      [{ path: 'ports', from: ['8080:80/tcp'], to: [] }],
      true,
    ],
    [
      'update config',
      { ...base, UpdateConfig: { Parallelism: 1, Delay: 1 } },
      [{ path: 'update_config.delay', from: '0s', to: '1ns' }],
      false,
    ],
    [
      'an alias',
      task({ Networks: [{ Target: 'back', Aliases: ['web', 'w'] }] }),
      [{ path: 'networks.back.aliases', from: ['web'], to: ['w', 'web'] }],
      true,
    ],
    [
      'limits',
      task({ Resources: { Limits: { NanoCPUs: 500_000_000 } } }),
      [{ path: 'resources.limits.cpus', from: 0, to: 0.5 }],
      true,
    ],
    [
      'grace period 0',
      container({ StopGracePeriod: 0 }),
      [{ path: 'stop_grace_period', from: '10s', to: '0s' }],
      true,
    ],
    ['init said', container({ Init: true }), [{ path: 'init', from: null, to: true }], true],
  ])('%s', (_, desired, changes, restarts) => {
    expect(planned(desired, stored)).toMatchObject({ action: 'update', changes, restarts });
  });

  test.each<ServiceSpec['Mode'] & object>([
    { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } },
    { GlobalJob: {} },
  ])('any change of a job runs it again: %j', (Mode) => {
    const job = { ...base, Mode };
    const desired = { ...job, Labels: { ...job.Labels, by: 'a person' } };
    expect(planned(desired, engineStores(job))).toMatchObject({
      action: 'update',
      restarts: true,
    });
  });

  test('a label that is in no file goes', () => {
    const live = { ...stored, Labels: { ...stored.Labels, old: '1' } };
    expect(planned(base, live)?.changes).toStrictEqual([
      { path: 'labels.old', from: '1', to: null },
    ]);
  });
});

describe('an update leaves what it does not change as it is', () => {
  test('order of variables, with the new ones at the end', () => {
    const live = engineStores(container({ Env: ['B=2', 'A=1', 'Z=9'] }));
    const spec = next(container({ Env: ['A=1', 'B=3', 'C=1'] }), live);
    expect(spec.TaskTemplate.ContainerSpec?.Env).toStrictEqual(['B=3', 'A=1', 'C=1']);
  });

  test('everything else, to the letter', () => {
    const live = engineStores(
      task({ ForceUpdate: 5, Placement: { Constraints: ['a==b'] }, Resources: {} }),
    );
    const wish = {
      ...task({ Placement: { Constraints: ['a == b'] } }),
      Mode: { Replicated: { Replicas: 9 } },
    };
    expect(next(wish, live)).toStrictEqual({ ...live, Mode: { Replicated: { Replicas: 9 } } });
  });

  test('an endpoint that is not there stays away until there is a port', () => {
    const live = withoutEndpoint;
    const more = { ...base, Mode: { Replicated: { Replicas: 9 } } };
    expect(next({ ...more, EndpointSpec: { Mode: 'vip' } }, live)).not.toHaveProperty(
      'EndpointSpec',
    );
    expect(next(more, live).EndpointSpec).toStrictEqual({
      ...endpoint,
      Ports: more.EndpointSpec?.Ports,
    });
  });

  test('our own label comes along', () => {
    const live = { ...stored, Labels: { 'com.docker.stack.namespace': 'shop' } };
    expect(next(container({ Image: 'redis:8' }), live).Labels).toStrictEqual(base.Labels);
  });

  test('platforms go with the image they were found for', () => {
    const live = engineStores({ ...task({ Placement: { Platforms: [{ OS: 'linux' }] } }) });
    expect(next(container({ Image: 'redis:8' }), live).TaskTemplate.Placement).toStrictEqual({});
  });
});

describe('what others look after is left to them', () => {
  const scaled = { ...stored, Mode: { Replicated: { Replicas: 7 } } };

  test.each<[string, ServiceSpec]>([
    ['replicas', scaled],
    ['Mode.Replicated.Replicas', scaled],
    ['image', engineStores(container({ Image: 'other:1' }))],
    ['labels.x.y', { ...stored, Labels: { ...stored.Labels, 'x.y': '1' } }],
    ['labels.x.*', { ...stored, Labels: { ...stored.Labels, 'x.y': '1', 'x.z': '1' } }],
    ['env.B', engineStores(container({ Env: ['A=1', 'B=other'] }))],
    ['env.C', engineStores(container({ Env: ['A=1', 'B=2', 'C=3'] }))],
    ['update_config.delay', engineStores({ ...base, UpdateConfig: { Parallelism: 1, Delay: 9 } })],
    ['TaskTemplate.ContainerSpec.User', engineStores(container({ User: '7' }))],
    ['Labels.x.y', { ...stored, Labels: { ...stored.Labels, 'x.y': '1' } }],
  ])('%s', (path, live) => {
    expect(planned(base, live)).not.toBeUndefined();
    expect(planned(base, live, [path])).toBeUndefined();
  });

  test('also when something else is written', () => {
    const wish = container({ Image: 'redis:8' });
    const write = planned(wish, scaled, ['replicas'])?.writes[0];
    expect(write).toMatchObject({ spec: { Mode: { Replicated: { Replicas: 7 } } } });
  });

  test('the replicas of a service that swarm-cronjob runs', () => {
    const labels = { ...base.Labels, 'swarm.cronjob.enable': 'true' };
    expect(planned({ ...base, Labels: labels }, { ...scaled, Labels: labels })).toBeUndefined();
  });
});

test('what a file says to swarm-cronjob is kept like any label', () => {
  const labels = { ...base.Labels, 'swarm.cronjob.schedule': '@daily' };
  const live = { ...stored, Labels: { ...labels, 'swarm.cronjob.schedule': '@hourly' } };
  expect(planned({ ...base, Labels: labels }, live)?.changes).toMatchObject([
    { path: 'labels.swarm.cronjob.schedule' },
  ]);
});

test('options that hold passwords are not shown', () => {
  const Options = { o: 'password=hunter2' };
  const mount = {
    Type: 'volume',
    Source: 's',
    Target: '/s',
    VolumeOptions: { DriverConfig: { Options } },
  };
  const wish = { ...container({ Mounts: [mount] }) };
  wish.TaskTemplate.LogDriver = { Name: 'splunk', Options: { 'splunk-token': 'hunter2' } };
  const text = JSON.stringify(planned(wish, stored)?.changes);
  expect(text).toContain('logging.options.splunk-token');
  expect(text).not.toContain('hunter2');
});

describe('an image with a digest wanted', () => {
  const images = new Map([['redis:7', 'redis:7@sha256:new']]);
  const planFor = (live: ServiceSpec) =>
    service.plan(desiredService(base), worldOf(live, { images }));

  test('is updated when another digest runs', () => {
    const live = engineStores(container({ Image: 'redis:7@sha256:old' }));
    expect(planFor(live)?.changes).toMatchObject([{ path: 'image', to: 'redis:7@sha256:new' }]);
  });

  test('is left when that digest runs', () => {
    expect(planFor(engineStores(container({ Image: 'redis@sha256:new' })))).toBeUndefined();
  });
});

describe('whether it may', () => {
  const other = (labels: Record<string, string>) => ({ ...stored, Labels: labels });

  test.each([
    ['another unit', other({ 'skep.unit': 'blog' }), 'the unit blog'],
    ['another stack', other({ 'com.docker.stack.namespace': 'blog' }), 'the stack blog'],
  ])('a service of %s is left alone', (_, live, owner) => {
    const action = planned(base, live);
    expect(action).toMatchObject({ action: 'blocked', writes: [] });
    expect(action?.reason).toContain(`belongs to ${owner}`);
  });

  test('a service that the inventory gives to another unit is left alone', () => {
    const owned = [{ unit: 'blog', kind: 'service' as const, name: 'shop_web', state: {} }];
    const action = service.plan(desiredService(base), worldOf(other({}), { owned }));
    expect(action?.reason).toContain('belongs to the unit blog');
  });

  test('another mode needs the word to replace', () => {
    const live = { ...stored, Mode: { Global: {} } };
    expect(planned(base, live)).toMatchObject({ action: 'blocked', writes: [] });
    const allowed = desiredService(base, { options: { replace: true } });
    expect(service.plan(allowed, worldOf(live))).toMatchObject({
      action: 'replace',
      restarts: true,
      writes: [{ call: 'service.remove' }, { call: 'service.create' }],
    });
  });

  test('a service waits for what it refers to, unless it is coming', () => {
    const wish = task({ Networks: [{ Target: 'later' }] });
    expect(planned(wish, stored)).toMatchObject({ action: 'blocked', waiting: true });
    const world = worldOf(stored, { coming: new Set(['network/later']) });
    expect(service.plan(desiredService(wish), world)).toMatchObject({ action: 'update' });
  });

  test("the nodes' own networks are no networks to wait for, nor a difference", () => {
    const wish = task({ Networks: [{ Target: 'host' }] });
    expect(planned(wish, engineStores(wish))).toBeUndefined();
  });
});

test('a new secret under the old target is one change of its name', () => {
  const wish = container({
    Secrets: [
      {
        File: { Name: 'pw', UID: '0', GID: '0', Mode: 0o444 },
        SecretID: '',
        SecretName: 'shop_pw-2',
      },
    ],
  });
  expect(planned(wish, stored)?.changes).toStrictEqual([
    { path: 'secrets.pw.name', from: 'shop_pw-1', to: 'shop_pw-2' },
  ]);
});

describe('an Engine that is too old for a field', () => {
  const wish = container({ OomScoreAdj: 5, Healthcheck: { StartInterval: 1, Retries: 2 } });

  test('is not sent it, again and again', () => {
    const live = engineStores(container({ Healthcheck: { Retries: 2 } }));
    const world = worldOf(live);
    const old = { ...world, snapshot: { ...world.snapshot, apiVersion: '1.41' } };
    expect(service.plan(desiredService(wish), old)).toBeUndefined();
    const young = { ...world, snapshot: { ...world.snapshot, apiVersion: '1.46' } };
    expect(service.plan(desiredService(wish), young)?.changes).toMatchObject([
      { path: 'oom_score_adj' },
      { path: 'healthcheck.start_interval' },
    ]);
  });
});
