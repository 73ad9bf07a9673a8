import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  oneof,
  record,
  uniqueArray,
} from 'fast-check';

/** Files as people write them, as data: a stack with most of what Compose has, and what the cluster's own files say. */
const word = constantFrom('a', 'b', 'data', 'web', 'x-1');
const text = constantFrom('', '1', 'true', 'a b', 'x=y', 'ü', '"', "it's", '$$X', '#c', ': ');
const map = dictionary(word, text, { maxKeys: 3 });
const duration = constantFrom('0s', '500ms', '10s', '1m30s');
const few = (...words: string[]) => uniqueArray(constantFrom(...words), { maxLength: 3 });

function some<T>(shape: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<Partial<T>> {
  return record(shape, { requiredKeys: [] }) as Arbitrary<Partial<T>>;
}

const rollout = some({
  parallelism: integer({ min: 0, max: 2 }),
  delay: duration,
  monitor: duration,
  failure_action: constantFrom('pause', 'continue'),
  max_failure_ratio: constantFrom(0, 0.1, 0.3),
  order: constantFrom('start-first', 'stop-first'),
});

const limits = some({ cpus: constantFrom('0.5', '1'), memory: constantFrom('64M', '1g') });

const deploy = some({
  replicas: integer({ min: 0, max: 3 }),
  labels: map,
  endpoint_mode: constantFrom('vip', 'dnsrr'),
  update_config: rollout,
  rollback_config: rollout,
  resources: some({ limits, reservations: limits }),
  restart_policy: some({
    condition: constantFrom('any', 'none', 'on-failure'),
    delay: duration,
    max_attempts: integer({ min: 0, max: 3 }),
    window: duration,
  }),
  placement: some({
    constraints: few('node.role==manager', 'node.labels.disk == ssd', 'node.role != worker'),
    max_replicas_per_node: integer({ min: 0, max: 2 }),
  }),
});

const volume = oneof(
  constantFrom('/data', 'data:/data', '/etc:/etc:ro'),
  record({
    type: constant('bind'),
    source: constantFrom('/srv', '/etc'),
    target: constant('/data'),
    read_only: boolean(),
  }),
  record({
    type: constant('tmpfs'),
    target: constant('/data'),
    tmpfs: some({ size: constantFrom(1024, 4096) }),
  }),
);

const service = record(
  {
    image: constantFrom('redis', 'redis:7', 'docker.io/library/redis:7', 'r.example.org:5000/a/b'),
    command: oneof(few('sleep', '1', 'a b'), constantFrom('sleep 1', 'sh -c "exit 0"')),
    entrypoint: few('/bin/sh', '-c'),
    environment: oneof(map, few('A=1', 'B=', 'C=x=y')),
    labels: map,
    hostname: constantFrom('h', 'host-1'),
    user: constantFrom('1000', '1000:1000'),
    working_dir: constantFrom('/', '/srv'),
    stop_signal: constantFrom('SIGINT', 'SIGTERM'),
    stop_grace_period: duration,
    tty: boolean(),
    read_only: boolean(),
    init: boolean(),
    cap_add: few('NET_ADMIN', 'CAP_CHOWN', 'ALL'),
    cap_drop: few('NET_RAW', 'SETUID'),
    dns: few('10.0.0.53', '8.8.8.8'),
    extra_hosts: constantFrom(['a:10.0.0.1'], { b: '10.0.0.2' }),
    sysctls: constantFrom({ 'net.core.somaxconn': 1024 }, ['net.ipv4.tcp_syncookies=0']),
    ulimits: constantFrom({ nproc: 100 }, { nofile: { soft: 1, hard: 2 } }),
    healthcheck: oneof(
      constant({ disable: true }),
      some({ test: constantFrom('true', ['CMD', 'true']), interval: duration, timeout: duration }),
    ),
    logging: some({ driver: constant('json-file'), options: constantFrom({ 'max-size': '1m' }) }),
    volumes: uniqueArray(volume, { maxLength: 1 }),
    ports: few('8080:80', '53:53/udp', '443'),
    networks: oneof(
      few('front', 'back'),
      constantFrom({ back: null }, { back: { aliases: ['b', 'a'] } }),
    ),
    configs: uniqueArray(constantFrom('page', 'rules'), { maxLength: 2 }),
    deploy,
  },
  { requiredKeys: ['image'] },
);

const contents = (of: string) => record({ content: constantFrom(`${of} 1`, `${of} 2`) });

/** A stack. Networks are the same wherever they are: Swarm cannot change one. */
export const anyStackFile: Arbitrary<Record<string, unknown>> = record({
  services: dictionary(constantFrom('web', 'api', 'db'), service, { minKeys: 1, maxKeys: 3 }),
  networks: constant({ front: { driver: 'overlay' }, back: { attachable: true } }),
  configs: record({ page: contents('page'), rules: contents('rules') }),
  volumes: constant({ data: {} }),
});

/** What refers to a network or config refers to another one. */
function withNamesOf<T>(services: T, names: Record<string, string>): T {
  const text = JSON.stringify(services, (key, value: unknown) => {
    if (key !== 'networks' && key !== 'configs') return value;
    if (!Array.isArray(value)) return { backend: null };
    return [...new Set(value.map((name: string) => names[name]))];
  });
  return JSON.parse(text) as T;
}

/** What the cluster's files say. A secret costs a slow hash each time it is read, so there is one now and then. */
export const anyClusterFile: Arbitrary<Record<string, unknown>> = record(
  {
    cluster: some({
      task_history_limit: integer({ min: 0, max: 9 }),
      snapshot_interval: constantFrom(1000, 20_000),
      keep_old_snapshots: integer({ min: 0, max: 2 }),
      dispatcher_heartbeat: constantFrom('5s', '10s'),
      node_cert_expiry: constantFrom('2160h', '24h'),
      labels: map,
    }),
    nodes: dictionary(
      constantFrom('m1', 'w1', 'w2'),
      some({ availability: constantFrom('active', 'pause', 'drain'), labels: map }),
      { maxKeys: 3 },
    ),
    networks: constant({ backend: { driver: 'overlay', attachable: true } }),
    configs: record({ motd: contents('motd') }),
    secrets: constantFrom({}, {}, {}, { key: { file: './_key.txt' } }),
    services: dictionary(constantFrom('agent'), service, { maxKeys: 1 }).map((services) =>
      withNamesOf(services, { front: 'backend', back: 'backend', page: 'motd', rules: 'motd' }),
    ),
  },
  { requiredKeys: ['networks'] },
);

/** Pieces that break a text, or change what it says. */
export const anyPiece = oneof(
  constantFrom(': ', '\n', '\n  ', '\t', '- ', '[', ']', '{', '}', '&a ', '*a', '!reset ', '<<: '),
  constantFrom(
    '${X}',
    '${X:?no}',
    '$',
    '|\n',
    '"',
    "'",
    '#',
    '---\n',
    'null',
    '~',
    '1e999',
    '0x1f',
  ),
  array(integer({ min: 0, max: 0xffff }), { maxLength: 3 }).map((codes) =>
    String.fromCharCode(...codes),
  ),
);
