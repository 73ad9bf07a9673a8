import type { ChangeRow, DriftRow, RotationRow, RunRow } from '../history/history.ts';
import type { Change } from '../plan/action.ts';
import type {
  DeliveryStatus,
  Resource,
  Status,
  TokenStatus,
  UnitStatus,
} from '../reconcile/operator.ts';

/** Monday, 16 November 2026, 12:00 UTC. */
export const fixtureNow = Date.UTC(2026, 10, 16, 12);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const ago = (ms: number) => fixtureNow - ms;

export type FixtureState = {
  status: Status;
  resources: Resource[];
  runs: (RunRow & { changes: ChangeRow[] })[];
  drift: (DriftRow & { id: string })[];
  rotations: RotationRow[];
  tokens: TokenStatus[];
};

function unit(name: string, over: Partial<UnitStatus> = {}): UnitStatus {
  return {
    name,
    kind: 'stack',
    files: [`stacks/${name}/compose.yaml`],
    revision: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
    sync: 'synced',
    health: 'healthy',
    operation: null,
    outcome: { result: 'ready' },
    lastRunAt: ago(40_000),
    nextRunAt: fixtureNow + 20_000,
    attempts: 0,
    suspended: false,
    conditions: [],
    ...over,
  };
}

function resource(
  unit: string,
  kind: Resource['kind'],
  name: string,
  over: Partial<Resource> = {},
): Resource {
  return {
    unit,
    kind,
    name,
    id: `${kind}-${name}`,
    sync: 'synced',
    health: 'healthy',
    message: '',
    ...over,
  };
}

function certificate(
  name: string,
  leftMs: number | null,
  over: Partial<Status['certificates'][number]> = {},
): Status['certificates'][number] {
  return {
    kind: name === 'root' ? 'root' : 'node',
    name,
    nodeId: name === 'root' ? null : `id-${name}`,
    expiresAt: leftMs === null ? null : fixtureNow + leftMs,
    expiring: false,
    message: '',
    ...over,
  };
}

export function fixtureState(): FixtureState {
  return {
    status: {
      version: '0.1.0',
      startedAt: ago(3 * day + 4 * hour),
      ready: true,
      checks: [
        { name: 'engine', ok: true, message: 'Engine 28.5.2 answers' },
        { name: 'desired', ok: true, message: 'read 12 s ago' },
        { name: 'history', ok: true, message: 'writable' },
      ],
      engine: {
        host: 'unix:///var/run/docker.sock',
        apiVersion: '1.51',
        engineVersion: '28.5.2',
        reachable: true,
      },
      leader: null,
      suspended: false,
      desired: { directory: '/etc/skep/desired', readAt: ago(12_000), complete: false },
      certificates: [
        certificate('root', 20 * 365 * day),
        certificate('m1', 12 * day, {
          expiring: true,
          message: 'The certificate of m1 ends on 2026-11-28, in 12 days.',
        }),
        certificate('w1', null, { message: 'A worker shows its certificate to managers only.' }),
      ],
      units: [
        unit('cluster', { kind: 'cluster', files: ['cluster.yaml'] }),
        unit('counter'),
        unit('edge', {
          sync: 'out-of-sync',
          health: 'progressing',
          operation: 'Updating service edge_proxy: 2 of 3 tasks run the new image',
          outcome: {
            result: 'wait',
            until: fixtureNow + 30_000,
            reason: 'Progressing',
            message: 'edge_proxy rolls out',
          },
        }),
        unit('metrics'),
        unit('shop', {
          files: ['stacks/shop/compose.yaml', 'stacks/shop/prod.yaml'],
          sync: 'out-of-sync',
          health: 'degraded',
          outcome: {
            result: 'stalled',
            reason: 'RolloutPaused',
            message:
              'Swarm paused the update of shop_api: 2 tasks failed within 5 s of their start',
          },
          nextRunAt: null,
          attempts: 3,
          conditions: [
            {
              type: 'RolloutPaused',
              kind: 'service',
              name: 'shop_api',
              message:
                'Task exited with code 1 on worker2. Fix the image or the settings, or run "skep apply --force shop".',
              since: ago(17 * minute),
            },
            {
              type: 'NoSuitableNode',
              kind: 'service',
              name: 'shop_search',
              message:
                'No node has disk=ssd and 8 GiB of memory free. Label one, or relax the placement.',
              since: ago(2 * hour),
            },
          ],
        }),
        unit('wiki', {
          health: 'suspended',
          suspended: true,
          nextRunAt: null,
          lastRunAt: ago(6 * day),
        }),
        unit('mail', {
          sync: 'unknown',
          health: 'unknown',
          outcome: {
            result: 'retry',
            reason: 'Unavailable',
            message: 'The registry did not answer in time',
          },
          attempts: 4,
          nextRunAt: fixtureNow + 7_000,
        }),
      ],
      deliveries,
      diagnostics: [
        {
          severity: 'error',
          code: 'unknown-key',
          message: '"imgae" is no key of a service',
          remedy: 'Did you mean "image"?',
          place: { file: 'stacks/shop/prod.yaml', line: 7, column: 5 },
          unit: 'shop',
        },
        {
          severity: 'warning',
          code: 'ignored-key',
          message: 'Swarm cannot honour "container_name"',
          place: { file: 'stacks/counter/compose.yaml', line: 3, column: 5 },
          unit: 'counter',
        },
      ],
    },
    resources: [
      resource('cluster', 'cluster', 'default'),
      resource('cluster', 'node', 'manager1', { message: 'leader · active' }),
      resource('cluster', 'node', 'manager2', { message: 'manager · active' }),
      resource('cluster', 'node', 'manager3', { message: 'manager · active' }),
      resource('cluster', 'node', 'worker1', { message: 'worker · active · disk=ssd' }),
      resource('cluster', 'node', 'worker2', {
        health: 'degraded',
        message: 'worker · down for 3 min',
      }),
      resource('cluster', 'network', 'backend'),
      resource('counter', 'service', 'counter_redis', { message: '1 of 1 running' }),
      resource('counter', 'service', 'counter_counter', { message: '3 of 3 running' }),
      resource('edge', 'service', 'edge_proxy', {
        sync: 'out-of-sync',
        health: 'progressing',
        message: '2 of 3 updated',
      }),
      resource('edge', 'config', 'edge_routes-6f1ed002ab55'),
      resource('metrics', 'service', 'metrics_prometheus', { message: '1 of 1 running' }),
      resource('metrics', 'service', 'metrics_grafana', { message: '1 of 1 running' }),
      resource('metrics', 'config', 'metrics_prometheus-2cf24dba5fb0'),
      resource('shop', 'network', 'shop_default'),
      resource('shop', 'secret', 'shop_password-5e884898da28'),
      resource('shop', 'service', 'shop_web', { message: '4 of 4 running' }),
      resource('shop', 'service', 'shop_api', {
        sync: 'out-of-sync',
        health: 'degraded',
        message: '1 of 3 running, update paused',
      }),
      resource('shop', 'service', 'shop_search', {
        id: null,
        sync: 'missing',
        health: 'unknown',
        message: 'waits for a node',
      }),
      resource('wiki', 'service', 'wiki_app', { message: '1 of 1 running' }),
      resource('mail', 'service', 'mail_smtp', {
        sync: 'blocked',
        health: 'unknown',
        message: 'image not resolved',
      }),
    ],
    runs: [
      run('c4', 'shop', 17 * minute, 'stalled', [
        change('service', 'shop_api', 'update', 'The image differs', [
          {
            path: 'TaskTemplate.ContainerSpec.Image',
            from: 'shop/api:1.8.2',
            to: 'shop/api:1.9.0',
          },
          {
            path: 'TaskTemplate.ContainerSpec.Env.DATABASE_URL',
            from: '(sensitive)',
            to: '(sensitive)',
          },
        ]),
      ]),
      run('c3', 'edge', 2 * minute, 'running', [
        change('service', 'edge_proxy', 'update', 'The config was replaced', [
          {
            path: 'TaskTemplate.ContainerSpec.Configs',
            from: ['edge_routes-1b16b1df538b'],
            to: ['edge_routes-6f1ed002ab55'],
          },
        ]),
      ]),
      run('c2', 'cluster', 3 * hour, 'ready', [
        change('node', 'worker1', 'update', 'Labels differ', [
          { path: 'Labels.disk', from: null, to: 'ssd' },
        ]),
      ]),
      run('c1', 'counter', 26 * hour, 'ready', [
        change('service', 'counter_counter', 'update', 'Drift: somebody scaled it', [
          { path: 'Mode.Replicated.Replicas', from: 1, to: 3 },
        ]),
      ]),
    ],
    drift: [
      {
        id: 'd2',
        unit: 'cluster',
        kind: 'node',
        name: 'worker1',
        changes: [{ path: 'Spec.Availability', from: 'drain', to: 'active' }],
        at: ago(9 * minute),
        settledAt: null,
      },
      {
        id: 'd1',
        unit: 'counter',
        kind: 'service',
        name: 'counter_counter',
        changes: [{ path: 'Mode.Replicated.Replicas', from: 1, to: 3 }],
        at: ago(26 * hour),
        settledAt: ago(26 * hour - 800),
      },
    ],
    rotations: [rotationDone],
    tokens: [
      {
        role: 'worker',
        schedule: '0 3 * * 0 (Asia/Seoul)',
        rotate: '0 3 * * 0',
        timezone: 'Asia/Seoul',
        every: null,
        fingerprint: '9f86d081884c7d65',
        lastRotationAt: ago(day + 18 * hour),
        lastRotationBy: 'schedule',
        nextSlotAt: fixtureNow + 5 * day + 6 * hour,
        nextRotationAt: fixtureNow + 5 * day + 6 * hour,
        deliveries: [],
      },
      {
        role: 'manager',
        schedule: '0 4 1 * * (UTC), up to 1h later',
        rotate: '0 4 1 * *',
        timezone: 'UTC',
        every: null,
        fingerprint: '2c26b46b68ffc68f',
        lastRotationAt: null,
        lastRotationBy: null,
        nextSlotAt: fixtureNow + 14 * day + 16 * hour - 900_000,
        nextRotationAt: fixtureNow + 14 * day + 16 * hour,
        deliveries,
      },
    ],
  };
}

const deliveries: DeliveryStatus[] = [
  {
    subject: 'manager',
    way: 'file',
    target: '/run/skep/manager.token',
    state: 'delivered',
    fingerprint: '2c26b46b68ffc68f',
    deliveredAt: ago(day),
    attempts: 0,
    nextAttemptAt: null,
    error: null,
  },
  {
    subject: 'manager',
    way: 'webhook',
    target: 'https://hooks.example.com',
    state: 'pending',
    fingerprint: null,
    deliveredAt: null,
    attempts: 3,
    nextAttemptAt: fixtureNow + 4_000,
    error: 'the receiver answered 500',
  },
];

export const rotationDone: RotationRow = {
  id: 'r1',
  role: 'worker',
  slot: ago(day + 18 * hour),
  trigger: 'schedule',
  startedAt: ago(day + 18 * hour),
  finishedAt: ago(day + 18 * hour - 900),
  result: 'done',
  before: '60303ae22b998861',
  after: '9f86d081884c7d65',
  error: null,
};

function run(id: string, unit: string, before: number, result: string, changes: ChangeRow[]) {
  const open = result === 'running';
  const message = result === 'stalled' ? 'Swarm paused the update of shop_api' : null;
  const times = { startedAt: ago(before), finishedAt: open ? null : ago(before - 4200) };
  return {
    id,
    unit,
    trigger: 'files',
    revision: 'b5bb9d80',
    ...times,
    result,
    reason: null,
    message,
    changes,
  };
}

function change(
  kind: ChangeRow['kind'],
  name: string,
  action: string,
  reason: string,
  changes: Change[],
): ChangeRow {
  const times = { startedAt: ago(minute), finishedAt: ago(minute - 300) };
  return {
    id: `${kind}-${name}`,
    kind,
    name,
    action,
    reason,
    changes,
    ...times,
    result: 'done',
    error: null,
  };
}
