import type { DesiredUnit } from '../../src/desired/desired.ts';
import type {
  ConfigSpec,
  ContainerSpec,
  Mount,
  NetworkCreate,
  SecretSpec,
  ServiceSpec,
} from '../../src/swarm/types.ts';
import type { Deployed } from './corpus.fixture.ts';

/** One field in which Skep and `docker stack deploy` do not agree. */
export type Difference = { path: string; skep: unknown; docker: unknown };

/** Where they differ, and why they do where they are meant to. */
export type Comparison = { differences: Difference[]; meant: string[] };

export function compareDeployed(
  desired: DesiredUnit,
  deployed: Pick<Deployed, 'services' | 'networks' | 'configs' | 'secrets'>,
): Comparison {
  const skep = withoutMeantNames(desired);
  const docker: Specs = {
    service: Object.values(deployed.services).map(({ Spec }) => Spec),
    network: Object.values(deployed.networks).map(({ CreateRequest }) => CreateRequest),
    config: Object.values(deployed.configs),
    secret: Object.values(deployed.secrets),
  };
  const meant = skep.service.flatMap((service) => {
    const other = docker.service.find(({ Name }) => Name === service.Name);
    return other ? takeMeantDifferences(service, other) : [];
  });
  return { differences: differences('', canonical(skep), canonical(docker)), meant };
}

type Specs = {
  service: ServiceSpec[];
  network: NetworkCreate[];
  config: ConfigSpec[];
  secret: SecretSpec[];
};

/**
 * What Skep adds to every object by design, and nothing else: hashes of the content in the names of configs and secrets,
 * and its own labels. Data of secrets goes too, since the corpus cannot have it.
 */
function withoutMeantNames(desired: DesiredUnit): Specs {
  const specs: Specs = { service: [], network: [], config: [], secret: [] };
  let text = JSON.stringify(desired.objects);
  for (const object of desired.objects) {
    if ((object.kind === 'config' || object.kind === 'secret') && object.base !== undefined) {
      text = text.replaceAll(JSON.stringify(object.name), JSON.stringify(object.base));
    }
  }
  for (const object of JSON.parse(text) as DesiredUnit['objects']) {
    if (!('spec' in object)) continue;
    for (const label of Object.keys(object.spec.Labels ?? {})) {
      if (label.startsWith('skep.')) delete object.spec.Labels?.[label];
    }
    if (object.kind === 'secret') delete object.spec.Data;
    (specs[object.kind] as { Name: string }[]).push(object.spec);
  }
  return specs;
}

/** What both sides say, in one spelling: by name, services as the Engine stores them, networks without zero values. */
function canonical(specs: Specs): unknown {
  return {
    service: sortedKeys(byName(specs.service.map(asStored))),
    network: withoutZeros(byName(specs.network)),
    config: sortedKeys(byName(specs.config)),
    secret: sortedKeys(byName(specs.secret)),
  };
}

/** What the Engine fills in and leaves out when it stores a service, and an order where Docker's client has none. */
function asStored(service: ServiceSpec): ServiceSpec {
  const { TaskTemplate: task, Mode: mode, UpdateConfig, RollbackConfig } = service;
  const container = task.ContainerSpec ?? {};
  task.Runtime ??= 'container';
  task.ForceUpdate ??= 0;
  container.Isolation ??= 'default';
  if (mode?.Replicated) mode.Replicated.Replicas ??= 1;
  for (const config of [UpdateConfig, RollbackConfig]) {
    if (!config) continue;
    config.FailureAction ??= 'pause';
    config.Order ??= 'stop-first';
  }
  if (task.RestartPolicy) {
    task.RestartPolicy.Condition ??= 'any';
    task.RestartPolicy.MaxAttempts ??= 0;
  }
  for (const secret of container.Secrets ?? []) secret.SecretID = '';
  for (const config of container.Configs ?? []) config.ConfigID = '';
  for (const mount of container.Mounts ?? []) delete mount.ClusterOptions;
  if (container.Mounts?.length === 0) delete container.Mounts;
  for (const list of [container.Secrets, container.Configs, service.EndpointSpec?.Ports]) {
    list?.sort(byText);
  }
  return service;
}

function byText(a: unknown, b: unknown): number {
  return textOf(a) < textOf(b) ? -1 : 1;
}

function textOf(value: unknown): string {
  return JSON.stringify(sortedKeys(value));
}

function byName(objects: { Name: string }[]): Record<string, unknown> {
  return Object.fromEntries(objects.map((object) => [object.Name, object]));
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedKeys(inner)]));
}

function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeros);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, withoutZeros(inner)] as const)
      .filter(([, inner]) => !isZero(inner))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function isZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}

function differences(path: string, skep: unknown, docker: unknown): Difference[] {
  if (JSON.stringify(skep) === JSON.stringify(docker)) return [];
  if (!isObject(skep) || !isObject(docker)) return [{ path, skep, docker }];
  const keys = [...new Set([...Object.keys(skep), ...Object.keys(docker)])];
  return keys.flatMap((key) => differences(`${path}/${key}`, skep[key], docker[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * The faults of `docker stack deploy` that Skep does not share: it does what the file means. What comes of them is taken
 * out of both services; the reasons are returned.
 */
function takeMeantDifferences(skep: ServiceSpec, docker: ServiceSpec): string[] {
  const ours = skep.TaskTemplate.ContainerSpec ?? {};
  const theirs = docker.TaskTemplate.ContainerSpec ?? {};
  return [
    ...takeTmpfs(ours, theirs),
    ...takeOneLetterVolumes(ours, theirs),
    ...takeOomScore(ours, theirs),
    ...takeNestedDefaults(ours, theirs),
  ];
}

function takeTmpfs(ours: ContainerSpec, theirs: ContainerSpec): string[] {
  const isLost = (mount: Mount): boolean =>
    mount.Type === 'tmpfs' && !theirs.Mounts?.some(({ Target }) => Target === mount.Target);
  if (!ours.Mounts?.some(isLost)) return [];
  ours.Mounts = ours.Mounts.filter((mount) => !isLost(mount));
  return ['the tmpfs of a service becomes mounts'];
}

/** Docker reads `v:/a` as a path on a Windows drive, and mounts an anonymous volume there. */
function takeOneLetterVolumes(ours: ContainerSpec, theirs: ContainerSpec): string[] {
  const drive = /^[a-z]:(?=\/)/;
  const misread = theirs.Mounts?.filter(({ Target }) => drive.test(Target)) ?? [];
  if (misread.length === 0) return [];
  const targets = misread.map(({ Target }) => Target.replace(drive, ''));
  theirs.Mounts = theirs.Mounts?.filter((mount) => !misread.includes(mount)) ?? [];
  ours.Mounts = ours.Mounts?.filter(({ Target }) => !targets.includes(Target)) ?? [];
  return ['a volume may have a name of one letter'];
}

function takeOomScore(ours: ContainerSpec, theirs: ContainerSpec): string[] {
  if (!ours.OomScoreAdj || theirs.OomScoreAdj !== undefined) return [];
  delete ours.OomScoreAdj;
  return ['oom_score_adj reaches the container'];
}

function takeNestedDefaults(ours: ContainerSpec, theirs: ContainerSpec): string[] {
  const raw = theirs.Env?.filter((entry) => /=.*\$\{\w+:-/.test(entry)) ?? [];
  if (raw.length === 0) return [];
  const names = raw.map((entry) => entry.slice(0, entry.indexOf('=') + 1));
  const others = (env: string[] = []): string[] =>
    env.filter((entry) => !names.some((name) => entry.startsWith(name)));
  ours.Env = others(ours.Env);
  theirs.Env = others(theirs.Env);
  return ['variables within defaults are filled in'];
}
