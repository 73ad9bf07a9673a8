import {
  duration,
  engineHost,
  list,
  listenAddress,
  oneOf,
  switched,
  text,
  wholeNumber,
} from './parse-value.ts';
import { BadValue, type Setting } from './setting.ts';

const minute = 60_000;

/** Every setting there is. Flags, variables, `--help` and the reference are made from this table. */
export const settings = {
  host: {
    flag: '--host',
    value: '<url>',
    variable: 'DOCKER_HOST',
    fallback: 'unix:///var/run/docker.sock',
    describe: 'the Engine of a Swarm manager',
    parse: engineHost,
  },
  tlsVerify: {
    flag: '--tls-verify',
    variable: 'DOCKER_TLS_VERIFY',
    fallback: 'false',
    describe: 'speak TLS to the Engine with the certificates of --cert-path',
    parse: switched,
  },
  certPath: {
    flag: '--cert-path',
    value: '<folder>',
    variable: 'DOCKER_CERT_PATH',
    fallback: undefined,
    describe: 'the folder of ca.pem, cert.pem and key.pem',
    parse: text,
  },
  desired: {
    flag: '--desired',
    value: '<folder>',
    variable: 'SKEP_DESIRED',
    fallback: './desired',
    describe: 'the directory that says what the cluster should be',
    parse: text,
  },
  data: {
    flag: '--data',
    value: '<folder>',
    variable: 'SKEP_DATA',
    fallback: './data',
    describe: 'where skep.db (history and inventory) is kept; a local disk',
    parse: text,
  },
  listen: {
    flag: '--listen',
    value: '<host:port>',
    variable: 'SKEP_LISTEN',
    fallback: '127.0.0.1:7420',
    describe: 'where the API and the status page are served; off loopback a token is needed',
    parse: listenAddress,
  },
  adminToken: {
    flag: '--admin-token',
    value: '<token>',
    variable: 'SKEP_ADMIN_TOKEN',
    fallback: undefined,
    describe: 'bearer token that may do everything, rotate join tokens included',
    secret: true,
    parse: apiToken,
  },
  operateToken: {
    flag: '--operate-token',
    value: '<token>',
    variable: 'SKEP_OPERATE_TOKEN',
    fallback: undefined,
    describe: 'bearer token that may read, plan, reconcile, suspend and resume',
    secret: true,
    parse: apiToken,
  },
  readToken: {
    flag: '--read-token',
    value: '<token>',
    variable: 'SKEP_READ_TOKEN',
    fallback: undefined,
    describe: 'bearer token that may only read',
    secret: true,
    parse: apiToken,
  },
  joinToken: {
    flag: '--join-token',
    value: '<token>',
    variable: 'SKEP_JOIN_TOKEN',
    fallback: undefined,
    describe: 'bearer token that is shown join tokens, and may do nothing else',
    secret: true,
    parse: apiToken,
  },
  environment: {
    flag: '--environment',
    value: '<names>',
    variable: 'SKEP_ENVIRONMENT',
    fallback: '',
    describe:
      "variables of Skep's own environment that files may use, by name or as a prefix (APP_*), separated by commas",
    parse: list,
  },
  profiles: {
    flag: '--profiles',
    value: '<names>',
    variable: 'SKEP_PROFILES',
    fallback: '',
    describe: 'Compose profiles that are active, separated by commas',
    parse: list,
  },
  mode: {
    flag: '--mode',
    value: '<mode>',
    variable: 'SKEP_MODE',
    fallback: 'apply',
    describe: 'apply, or observe: plan, report drift and write nothing',
    parse: oneOf('apply', 'observe'),
  },
  lease: {
    flag: '--lease',
    value: '<duration>',
    variable: 'SKEP_LEASE',
    fallback: undefined,
    describe:
      'lets several Skeps run, of which one writes: how long it leads without renewing its lease, 15s for example; off when absent',
    parse: duration(15_000),
  },
  resync: {
    flag: '--resync',
    value: '<duration>',
    variable: 'SKEP_RESYNC',
    fallback: '60s',
    describe: 'how often everything is compared although nothing called for it',
    parse: duration(1000),
  },
  rescan: {
    flag: '--rescan',
    value: '<duration>',
    variable: 'SKEP_RESCAN',
    fallback: '60s',
    describe: 'how often the directory is read although no change was noticed',
    parse: duration(1000),
  },
  rolloutTimeout: {
    flag: '--rollout-timeout',
    value: '<duration>',
    variable: 'SKEP_ROLLOUT_TIMEOUT',
    fallback: '10m',
    describe: 'how long a rollout may go without progress before it counts as failed',
    parse: duration(1000),
  },
  resolveImage: {
    flag: '--resolve-image',
    value: '<when>',
    variable: 'SKEP_RESOLVE_IMAGE',
    fallback: 'changed',
    describe: 'when a tag is resolved to a digest: always, changed or never',
    parse: oneOf('always', 'changed', 'never'),
  },
  registryConfig: {
    flag: '--registry-config',
    value: '<file>',
    variable: 'SKEP_REGISTRY_CONFIG',
    fallback: undefined,
    describe: "docker's config.json with registry credentials or credential helpers",
    parse: text,
  },
  ageKey: {
    flag: '--age-key',
    value: '<key>',
    variable: 'SKEP_AGE_KEY',
    fallback: undefined,
    describe: 'age identities (AGE-SECRET-KEY-…) that decrypt SOPS files',
    secret: true,
    parse: text,
  },
  keepVersions: {
    flag: '--keep-versions',
    value: '<number>',
    variable: 'SKEP_KEEP_VERSIONS',
    fallback: '2',
    describe: 'how many former versions of a config or secret are kept for a rollback',
    parse: wholeNumber(0, 100),
  },
  historyAge: {
    flag: '--history-age',
    value: '<duration>',
    variable: 'SKEP_HISTORY_AGE',
    fallback: '90d',
    describe: 'how long runs, drift and rotations are remembered',
    parse: duration(minute),
  },
  historyRuns: {
    flag: '--history-runs',
    value: '<number>',
    variable: 'SKEP_HISTORY_RUNS',
    fallback: '1000',
    describe: 'how many runs of a unit are remembered',
    parse: wholeNumber(1, 1_000_000),
  },
  logLevel: {
    flag: '--log-level',
    value: '<level>',
    variable: 'SKEP_LOG_LEVEL',
    fallback: 'info',
    describe: 'fatal, error, warn, info, debug or trace',
    parse: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  },
  server: {
    flag: '--server',
    value: '<url>',
    variable: 'SKEP_SERVER',
    fallback: 'http://127.0.0.1:7420',
    describe: 'the running Skep that status, history, rotate and the like ask',
    parse: text,
  },
  token: {
    flag: '--token',
    value: '<token>',
    variable: 'SKEP_TOKEN',
    fallback: undefined,
    describe: 'bearer token to show to --server',
    secret: true,
    parse: text,
  },
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof settings;

/** The settings with their values; one without a fallback may be undefined. */
export type Settings = {
  [K in SettingName]: (typeof settings)[K] extends { fallback: undefined }
    ? ReturnType<(typeof settings)[K]['parse']> | undefined
    : ReturnType<(typeof settings)[K]['parse']>;
};

function apiToken(value: string): string {
  if (!/^[\x21-\x7e]{16,}$/.test(value)) {
    throw new BadValue('at least 16 printable characters without spaces');
  }
  return value;
}
