import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  oneof,
  option,
  record,
  uniqueArray,
} from 'fast-check';
import type { ContainerSpec, Mount, PortConfig, ServiceSpec } from '../../src/swarm/types.ts';

/** Specs as conversions of files make them, with and without everything. */
const word = constantFrom('a', 'b', 'data', 'web', 'x-1');
const map = dictionary(word, word, { maxKeys: 3 });
const words = array(word, { maxLength: 3 });
const nanoseconds = constantFrom(0, 1_000_000_000, 5_000_000_000, 10_000_000_000);

function some<T extends object>(shape: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<Partial<T>> {
  return record(shape, { requiredKeys: [] }) as unknown as Arbitrary<Partial<T>>;
}

function distinct<T>(item: Arbitrary<T>, by: (item: T) => string): Arbitrary<T[]> {
  return uniqueArray(item, { maxLength: 3, selector: by });
}

const mountPlace = {
  Source: word,
  Target: constantFrom('/a', '/b', '/c'),
  ReadOnly: boolean(),
  Consistency: constantFrom('', 'cached'),
};

const mount: Arbitrary<Mount> = oneof(
  record({
    ...mountPlace,
    Type: constantFrom('', 'bind'),
    BindOptions: some({
      NonRecursive: boolean(),
      Propagation: constantFrom('', 'rprivate', 'rshared'),
      CreateMountpoint: boolean(),
    }),
  }),
  record({
    ...mountPlace,
    Type: constant('volume'),
    VolumeOptions: some({ NoCopy: boolean(), Labels: map }),
  }),
  record({
    ...mountPlace,
    Type: constant('tmpfs'),
    TmpfsOptions: some({ SizeBytes: integer({ min: 0, max: 9 }) }),
  }),
);

const file = record({
  Name: constantFrom('/run/a', '/run/b', 'c'),
  UID: constant('0'),
  GID: constantFrom('0', '7'),
  Mode: constantFrom(0o444, 0o400, 0),
});

const container: Arbitrary<ContainerSpec> = record(
  {
    Image: constantFrom('redis', 'redis:7', 'docker.io/library/redis:7', 'r.example.org:5000/a/b'),
    Labels: map,
    Command: words,
    Args: words,
    Hostname: constantFrom('', 'h'),
    Env: array(constantFrom('A=1', 'A=2', 'B=', 'B', 'C=x=y'), { maxLength: 4 }),
    Dir: constantFrom('', '/srv'),
    User: constantFrom('', '1000'),
    Groups: words,
    StopSignal: constantFrom('', 'SIGINT'),
    TTY: boolean(),
    OpenStdin: boolean(),
    ReadOnly: boolean(),
    Init: boolean(),
    StopGracePeriod: nanoseconds,
    Mounts: distinct(mount, ({ Target }) => Target),
    Healthcheck: some({
      Test: constantFrom<string[]>([], ['NONE'], ['CMD', 'true']),
      Interval: nanoseconds,
      Retries: integer({ min: 0, max: 3 }),
    }),
    Hosts: constantFrom<string[]>([], ['10.0.0.1 a']),
    DNSConfig: some({ Nameservers: constantFrom<string[]>([], ['10.0.0.53', '2001:DB8::0001']) }),
    CapabilityAdd: constantFrom<string[]>([], ['NET_ADMIN'], ['CAP_NET_ADMIN', 'CAP_CHOWN']),
    CapabilityDrop: constantFrom<string[]>([], ['ALL']),
    Sysctls: map,
    Ulimits: constantFrom<ContainerSpec['Ulimits'] & object>(
      [],
      [{ Name: 'nofile', Soft: 1, Hard: 2 }],
    ),
    OomScoreAdj: constantFrom(0, 5),
    Secrets: distinct(
      record({ File: file, SecretID: constant(''), SecretName: word }),
      ({ File }) => File.Name,
    ),
    Configs: distinct(
      record({ File: file, ConfigID: constant(''), ConfigName: word }),
      ({ File }) => File.Name,
    ),
    Privileges: constant({ CredentialSpec: null, SELinuxContext: null }),
  },
  { requiredKeys: ['Image'] },
);

const port: Arbitrary<PortConfig> = record(
  {
    Protocol: constantFrom('', 'tcp', 'udp'),
    TargetPort: constantFrom(80, 443),
    PublishedPort: constantFrom(0, 8080, 8443),
    PublishMode: constantFrom('', 'ingress', 'host'),
  },
  { requiredKeys: ['TargetPort'] },
);

const rollout = record(
  {
    Parallelism: integer({ min: 0, max: 2 }),
    Delay: nanoseconds,
    Monitor: nanoseconds,
    FailureAction: constantFrom('', 'pause', 'rollback'),
    MaxFailureRatio: constantFrom(0, 0.1, 0.3),
    Order: constantFrom('', 'start-first'),
  },
  { requiredKeys: ['Parallelism'] },
);

const resources = some({
  NanoCPUs: constantFrom(0, 500_000_000),
  MemoryBytes: constantFrom(0, 4 << 20),
});

export const networkNames = ['front', 'back', 'far'];

export const anyService: Arbitrary<ServiceSpec> = record(
  {
    Name: constant('shop_web'),
    Labels: dictionary(constantFrom('a', 'b', 'skep.unit'), constant('shop'), { maxKeys: 3 }),
    Mode: option(constantFrom({ Replicated: { Replicas: 1 } }, { Replicated: { Replicas: 3 } }), {
      nil: {},
    }),
    UpdateConfig: rollout,
    RollbackConfig: rollout,
    EndpointSpec: some({
      Mode: constantFrom('', 'vip', 'dnsrr'),
      Ports: distinct(port, (port) => JSON.stringify(port)),
    }),
    TaskTemplate: record(
      {
        ContainerSpec: container,
        Resources: some({ Limits: resources, Reservations: resources }),
        RestartPolicy: some({
          Condition: constantFrom('', 'any', 'none'),
          Delay: nanoseconds,
          MaxAttempts: integer({ min: 0, max: 2 }),
          Window: nanoseconds,
        }),
        Placement: some({
          Constraints: constantFrom<string[]>([], ['node.role==manager', 'node.labels.a != b']),
          MaxReplicas: integer({ min: 0, max: 2 }),
        }),
        Networks: distinct(
          record(
            { Target: constantFrom(...networkNames), Aliases: words, DriverOpts: map },
            { requiredKeys: ['Target'] },
          ),
          ({ Target }) => Target,
        ),
        LogDriver: some({ Name: constantFrom('', 'json-file'), Options: map }),
      },
      { requiredKeys: ['ContainerSpec'] },
    ),
  },
  { requiredKeys: ['Name', 'TaskTemplate'] },
);
