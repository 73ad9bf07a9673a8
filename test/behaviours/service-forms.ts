/** One service of the tests: how it is at first, and how its file changes. Fields that have nothing to do with each other share one. */
export type Form = {
  was: Record<string, unknown>;
  becomes: Record<string, unknown>;
  /** The fields of the live spec that have to follow, as paths. */
  follows: string[];
};

const quick = { monitor: '1s' };
const container = (...fields: string[]) =>
  fields.map((field) => `TaskTemplate.ContainerSpec.${field}`);

/** Every key of a service that Swarm can change in place. `again` is a second name of the image. */
export function serviceForms(again: string): Record<string, Form> {
  return {
    image: { was: {}, becomes: { image: again }, follows: container('Image') },
    process: {
      was: {
        entrypoint: ['sh', '-c'],
        command: ['exec sleep 3600'],
        user: '0',
        working_dir: '/tmp',
        hostname: 'one',
        tty: true,
        stdin_open: true,
        stop_signal: 'SIGINT',
        stop_grace_period: '2s',
        init: false,
        read_only: true,
        labels: { bee: 'worker', gone: '1' },
      },
      becomes: {
        entrypoint: '/bin/sh -c',
        command: ['exec sleep 1800'],
        user: '65534:65534',
        working_dir: '/',
        hostname: '{{.Service.Name}}',
        tty: false,
        stdin_open: false,
        stop_signal: 'SIGKILL',
        stop_grace_period: '1s',
        init: true,
        read_only: false,
        labels: ['bee=drone', 'hive'],
      },
      follows: container(
        'Command',
        'Args',
        'User',
        'Dir',
        'Hostname',
        'TTY',
        'OpenStdin',
        'StopSignal',
        'StopGracePeriod',
        'Init',
        'ReadOnly',
        'Labels',
      ),
    },
    environment: {
      was: { environment: { A: '1', B: '', GONE: 'x' } },
      becomes: { environment: ['A=2', 'B=', 'C=a=b', 'D'] },
      follows: container('Env'),
    },
    mounts: {
      was: {
        volumes: ['data:/data', '/etc:/host:ro', { type: 'tmpfs', target: '/tmp/t' }, '/anonymous'],
      },
      becomes: {
        volumes: [
          { type: 'volume', source: 'data', target: '/data', volume: { nocopy: true } },
          { type: 'bind', source: '/usr', target: '/host', read_only: true },
          { type: 'tmpfs', target: '/tmp/t', tmpfs: { size: 65536, mode: 0o700 } },
          'cache:/cache:nocopy',
        ],
      },
      follows: container('Mounts'),
    },
    networks: {
      was: { networks: ['one'] },
      becomes: { networks: { two: { aliases: ['b', 'a'] }, one: { aliases: ['c'] } } },
      follows: ['TaskTemplate.Networks'],
    },
    names: {
      was: { dns: '10.9.9.9', dns_search: 'hive.example', extra_hosts: ['bee:10.0.0.9'] },
      becomes: {
        dns: ['10.9.9.8', '10.9.9.9'],
        dns_search: ['a.example', 'hive.example'],
        extra_hosts: { bee: '10.0.0.8', ant: '10.0.0.7' },
      },
      follows: container('DNSConfig', 'Hosts'),
    },
    ports: {
      was: { ports: ['18080:80', { target: 90, published: 18090, mode: 'host' }, '18099:99'] },
      becomes: {
        ports: ['18080:81', '18053:53/udp', { target: 91, published: 18091, mode: 'host' }, '70'],
      },
      follows: ['EndpointSpec.Ports'],
    },
    endpoint: {
      was: { deploy: { endpoint_mode: 'vip' } },
      becomes: { deploy: { endpoint_mode: 'dnsrr' } },
      follows: ['EndpointSpec.Mode'],
    },
    health: {
      was: { healthcheck: { test: 'true', interval: '2s', retries: 2 } },
      becomes: {
        healthcheck: { test: ['CMD', 'true'], interval: '3s', timeout: '4s', start_period: '1s' },
      },
      follows: container('Healthcheck'),
    },
    limits: {
      was: {
        cap_add: ['NET_ADMIN'],
        cap_drop: ['MKNOD'],
        sysctls: { 'net.core.somaxconn': 512 },
        ulimits: { nproc: 512, nofile: { soft: 256, hard: 512 } },
        logging: { driver: 'json-file', options: { 'max-size': '1m' } },
        deploy: {
          resources: {
            limits: { cpus: '0.5', memory: '32M', pids: 50 },
            reservations: { cpus: '0.01', memory: '4M' },
          },
        },
      },
      becomes: {
        cap_add: ['CAP_NET_ADMIN', 'SYS_TIME'],
        cap_drop: ['CHOWN'],
        sysctls: ['net.core.somaxconn=256'],
        ulimits: { nproc: 256 },
        logging: { driver: 'json-file', options: { 'max-size': '2m', 'max-file': '2' } },
        deploy: {
          resources: {
            limits: { cpus: '0.25', memory: '64M', pids: 60 },
            reservations: { cpus: '0.02', memory: '8M' },
          },
        },
      },
      follows: [
        ...container('CapabilityAdd', 'CapabilityDrop', 'Sysctls', 'Ulimits'),
        'TaskTemplate.LogDriver',
        'TaskTemplate.Resources',
      ],
    },
    objects: {
      was: { secrets: ['key'], configs: ['page'] },
      becomes: {
        secrets: [{ source: 'key', target: 'door', uid: '7', gid: '8', mode: 0o400 }],
        configs: [{ source: 'page', target: '/page', mode: 0o440 }, 'other'],
      },
      follows: container('Secrets', 'Configs'),
    },
    restarting: {
      was: {
        deploy: { restart_policy: { condition: 'on-failure', delay: '1s', max_attempts: 2 } },
      },
      becomes: { deploy: { restart_policy: { condition: 'any', delay: '2s', window: '9s' } } },
      follows: ['TaskTemplate.RestartPolicy'],
    },
    labelled: {
      was: { deploy: { labels: { role: 'web', gone: '1' } } },
      becomes: { deploy: { labels: ['role=api', 'new'] } },
      follows: ['Labels'],
    },
    scaled: {
      was: { deploy: { replicas: 2 } },
      becomes: { deploy: { replicas: 3 } },
      follows: ['Mode'],
    },
    rolling: {
      was: {
        deploy: {
          update_config: { ...quick, parallelism: 2, order: 'stop-first', max_failure_ratio: 0.1 },
          rollback_config: { parallelism: 1, order: 'start-first' },
        },
      },
      becomes: {
        deploy: {
          update_config: { ...quick, parallelism: 0, delay: '1s', failure_action: 'continue' },
          rollback_config: { ...quick, failure_action: 'continue', max_failure_ratio: 0.3 },
        },
      },
      follows: ['UpdateConfig', 'RollbackConfig'],
    },
    placed: {
      was: { deploy: { placement: { constraints: ['node.role == manager'] } } },
      becomes: {
        deploy: {
          placement: {
            constraints: ['node.platform.os==linux', 'node.role == manager'],
            preferences: [{ spread: 'node.labels.zone' }],
            max_replicas_per_node: 3,
          },
        },
      },
      follows: ['TaskTemplate.Placement'],
    },
    everywhere: {
      was: { deploy: { mode: 'global' }, environment: { A: '1' } },
      becomes: { deploy: { mode: 'global' }, environment: { A: '2' } },
      follows: container('Env'),
    },
  };
}

/** A stack with one service for each of the forms; the service `bare` has none of them. */
export function stackOf(image: string, services: Record<string, Record<string, unknown>>): string {
  return JSON.stringify({
    services: Object.fromEntries(
      Object.entries({ ...services, bare: {} }).map(([name, own]) => [name, service(image, own)]),
    ),
    networks: { one: {}, two: {} },
    volumes: { data: {}, cache: {} },
    configs: { page: { content: 'bees' }, other: { content: 'ants' } },
    secrets: { key: { file: './key.txt' } },
  });
}

function service(image: string, own: Record<string, unknown>): Record<string, unknown> {
  const deploy = { update_config: quick, ...(own['deploy'] as object | undefined) };
  return { image, command: ['sleep', '3600'], stop_grace_period: '1s', ...own, deploy };
}
