import { z } from 'zod';
import type { DependencyCondition } from '../compose.ts';
import { cpus } from './cpus.ts';
import { deploy } from './deploy.ts';
import { duration } from './durations.ts';
import { extraHosts } from './extra-hosts.ts';
import { healthcheck } from './healthcheck.ts';
import { image } from './image.ts';
import {
  mapping,
  mappingWithNulls,
  options,
  optionsWithNulls,
  textList,
  textOrList,
  textOrNumberList,
} from './lists-and-maps.ts';
import { reference } from './objects.ts';
import { ports } from './ports.ts';
import { refuse } from './refuse.ts';
import { flag, wholeNumber } from './scalars.ts';
import { shellWords } from './shell-words.ts';
import { memory } from './sizes.ts';
import { skepOptions } from './skep-options.ts';
import { strictObject } from './strict-object.ts';
import {
  unsupportedNetworkKeys,
  unsupportedServiceKeys,
  unsupportedShape,
} from './unsupported-keys.ts';
import { tmpfsMount, volumes } from './volumes.ts';

const command = z.union([
  z.string().transform((line, context): string[] => {
    const remedy = 'Close the quote, or write the command as a list.';
    return shellWords(line) ?? refuse(context, 'bad-command', 'has a quote left open', remedy);
  }),
  z.array(z.string()),
  z.null().transform((): string[] => []),
]);

const restart = z
  .string()
  .transform((text, context): string =>
    /^(|no|always|unless-stopped|on-failure(:\d+)?)$/.test(text)
      ? text
      : refuse(
          context,
          'bad-restart',
          'is no restart policy',
          'Write "no", "always", "unless-stopped", "on-failure" or "on-failure:5".',
        ),
  );

const hostname = z.string().transform((text, context): string => {
  const isTemplate = text.includes('{{');
  const isName = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?$/i.test(text);
  if (text === '' || isTemplate || (isName && text.length <= 253)) return text;
  const remedy = 'Use letters, digits and "-", with at most 63 of them between two dots.';
  return refuse(context, 'bad-hostname', 'is no host name', remedy);
});

const limit = wholeNumber({ min: -1 });

const ulimits = z.record(
  z.string().regex(/^[a-z]+$/),
  z.union([
    limit.transform((both) => ({ soft: both, hard: both })),
    strictObject({
      soft: limit.meta({ description: 'Where the process is warned.' }),
      hard: limit.meta({ description: 'What it can never exceed.' }),
    }),
  ]),
);

const serviceNetwork = strictObject({
  aliases: textList.exactOptional().meta({ description: 'Further names on this network.' }),
  driver_opts: options.exactOptional().meta({ description: 'Options of the driver.' }),
  ...unsupportedShape(unsupportedNetworkKeys),
});

type ServiceNetwork = z.output<typeof serviceNetwork>;

const networks = z.union([
  textList.transform((names) =>
    Object.fromEntries(names.map((name): [string, ServiceNetwork] => [name, {}])),
  ),
  z.record(z.string(), z.union([serviceNetwork, z.null().transform((): ServiceNetwork => ({}))])),
]);

type Dependency = { condition: DependencyCondition; required?: boolean };

const dependsOn = z.union([
  textList.transform((names) =>
    Object.fromEntries(
      names.map((name): [string, Dependency] => [name, { condition: 'service_started' }]),
    ),
  ),
  z.record(
    z.string(),
    strictObject({
      condition: z
        .enum(['service_started', 'service_healthy', 'service_completed_successfully'])
        .meta({ description: 'How far the other one must be.' }),
      required: flag
        .exactOptional()
        .meta({ description: 'False: go on even when the other one is not there.' }),
      restart: flag.exactOptional().meta({ description: 'Not honoured by Swarm.' }),
    }).transform(({ restart: _restart, ...dependency }): Dependency => dependency),
  ),
]);

const envFileEntry = z.union([
  z.string().transform((path) => ({ path, required: true })),
  strictObject({
    path: z.string().meta({ description: 'The file.' }),
    required: flag.exactOptional().meta({ description: 'False: it may be missing.' }),
    format: z.string().exactOptional().meta({ description: '`raw`: no quotes, no variables.' }),
  }).transform((entry) => ({ ...entry, required: entry.required ?? true })),
]);

const extendsEntry = z.union([
  z.string().transform((service): { service: string; file?: string } => ({ service })),
  strictObject({
    service: z.string().meta({ description: 'The service to start from.' }),
    file: z.string().exactOptional().meta({ description: 'The file it is in, if another one.' }),
  }),
]);

const logging = strictObject({
  driver: z.string().exactOptional().meta({ description: 'Absent: the node’s default.' }),
  options: optionsWithNulls.exactOptional().meta({ description: 'Options of the driver.' }),
});

const credentialSpec = strictObject({
  config: z.string().exactOptional().meta({ description: 'The config that holds it.' }),
  file: z.string().exactOptional().meta({ description: 'A file on the nodes.' }),
  registry: z.string().exactOptional().meta({ description: 'A key of the nodes’ registry.' }),
}).transform((spec, context) =>
  Object.keys(spec).length === 1
    ? spec
    : refuse(
        context,
        'conflicting-keys',
        'must have exactly one key',
        'Write one of "config", "file" and "registry".',
      ),
);

const keys = {
  image: image.meta({ description: 'What to run.' }),
  command: command.meta({ description: 'Arguments; text is split as a shell would.' }),
  entrypoint: command.meta({ description: 'The program, instead of the image’s.' }),
  environment: mappingWithNulls.meta({
    description: 'Variables; one without a value is taken from the unit’s environment.',
  }),
  env_file: z
    .union([z.string().transform((path) => [{ path, required: true }]), z.array(envFileEntry)])
    .meta({ description: 'Files with variables, weaker than `environment`.' }),
  labels: mapping.meta({ description: 'Labels of the containers.' }),
  label_file: textOrList.meta({ description: 'Files with labels, weaker than `labels`.' }),
  networks: networks.meta({ description: 'The networks to join. Absent: `default`.' }),
  ports: ports.meta({ description: 'Ports to publish.' }),
  volumes: volumes.meta({ description: 'What to mount.' }),
  tmpfs: z
    .union([tmpfsMount.transform((mount) => [mount]), z.array(tmpfsMount)])
    .meta({ description: 'Directories in memory; they become mounts of type tmpfs.' }),
  configs: z.array(reference).meta({ description: 'Configs to mount.' }),
  secrets: z.array(reference).meta({ description: 'Secrets to mount.' }),
  healthcheck: healthcheck.meta({ description: 'How to tell whether a container is healthy.' }),
  deploy: z
    .union([deploy, z.null().transform((): z.output<typeof deploy> => ({}))])
    .meta({ description: 'How Swarm runs the service.' }),
  restart: restart.meta({
    description: 'Short form of `deploy.restart_policy`, which wins over it.',
  }),
  depends_on: dependsOn.meta({ description: 'Services that must be there first.' }),
  extends: extendsEntry.meta({ description: 'Another service to start from.' }),
  profiles: textList.meta({ description: 'The service is there only with one of these profiles.' }),
  cpus: cpus.meta({ description: 'Short form of `deploy.resources.limits.cpus`.' }),
  mem_limit: memory.meta({ description: 'Short form of `deploy.resources.limits.memory`.' }),
  mem_reservation: memory.meta({
    description: 'Short form of `deploy.resources.reservations.memory`.',
  }),
  pids_limit: wholeNumber({ min: -1 }).meta({
    description: 'Short form of `deploy.resources.limits.pids`.',
  }),
  scale: wholeNumber({ min: 0 }).meta({ description: 'Short form of `deploy.replicas`.' }),
  stop_grace_period: duration.meta({ description: 'Time to stop before a task is killed.' }),
  stop_signal: z.string().meta({ description: 'The signal that asks it to stop.' }),
  user: z.string().meta({ description: 'The user, or `user:group`.' }),
  group_add: textOrNumberList.meta({ description: 'Further groups of the user.' }),
  working_dir: z.string().meta({ description: 'The directory to start in.' }),
  hostname: hostname.meta({ description: 'The host name; may be a template.' }),
  init: flag.meta({ description: 'Run an init that reaps processes.' }),
  read_only: flag.meta({ description: 'Mount the root file system read-only.' }),
  tty: flag.meta({ description: 'Give it a terminal.' }),
  stdin_open: flag.meta({ description: 'Keep its input open.' }),
  isolation: z.string().meta({ description: 'How containers are kept apart on Windows.' }),
  logging: logging.meta({ description: 'Where its output goes.' }),
  dns: textOrList.meta({ description: 'DNS servers.' }),
  dns_search: textOrList.meta({ description: 'DNS search domains.' }),
  dns_opt: textList.meta({ description: 'Options of the DNS client.' }),
  extra_hosts: extraHosts.meta({ description: 'Further lines for /etc/hosts, `host:ip`.' }),
  cap_add: textList.meta({ description: 'Capabilities to add.' }),
  cap_drop: textList.meta({ description: 'Capabilities to drop.' }),
  sysctls: mapping.meta({ description: 'Kernel parameters.' }),
  ulimits: ulimits.meta({ description: 'Limits of the processes.' }),
  oom_score_adj: wholeNumber({ min: -1000, max: 1000 }).meta({
    description: 'How readily the kernel ends it when memory is short.',
  }),
  credential_spec: credentialSpec.meta({ description: 'An account of a Windows domain.' }),
  'x-skep': skepOptions.meta({ description: 'How Skep treats the service.' }),
  volumes_from: z.never({ error: noVolumesFrom }).meta({ description: 'Not possible in Swarm.' }),
};

function noVolumesFrom(): string {
  return 'cannot be done in Swarm\nName a volume under "volumes" and mount it in both services.';
}

const deployKeys = Object.keys(deploy.out.shape).map((key) => [key, 'deploy'] as const);

export const service = strictObject(
  { ...allOptional(keys), ...unsupportedShape(unsupportedServiceKeys) },
  new Map<string, string>([
    ...deployKeys,
    ['constraints', 'deploy.placement'],
    ['limits', 'deploy.resources'],
    ['reservations', 'deploy.resources'],
  ]),
);

export type ServiceInput = z.output<typeof service>;

type Optional<Shape extends z.ZodRawShape> = {
  [Key in keyof Shape]: z.ZodExactOptional<Shape[Key]>;
};

function allOptional<Shape extends Record<string, z.ZodType>>(shape: Shape): Optional<Shape> {
  const entries = Object.entries(shape).map(([key, schema]) => {
    const description = schema.description;
    const optional = schema.exactOptional();
    return [key, description === undefined ? optional : optional.meta({ description })];
  });
  return Object.fromEntries(entries) as Optional<Shape>;
}
