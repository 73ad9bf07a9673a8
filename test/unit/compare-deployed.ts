import type { DesiredUnit } from '../../src/desired/desired.ts';
import type { ServiceSpec } from '../../src/swarm/types.ts';
import type { Deployed } from './corpus.fixture.ts';

/** One field in which Skep and `docker stack deploy` do not agree. */
export type Difference = { path: string; skep: unknown; docker: unknown; meant?: string };

/** Every field in which they differ, those that are meant to with the reason. */
export function compareDeployed(desired: DesiredUnit, deployed: Deployed): Difference[] {
  const skep = canonical(withoutMeantNames(desired));
  const docker = canonical({
    service: Object.values(deployed.services).map(({ Spec }) => Spec),
    network: Object.values(deployed.networks).map(({ CreateRequest }) => CreateRequest),
    config: Object.values(deployed.configs),
    secret: Object.values(deployed.secrets),
  });
  return differences('', skep, docker).map((difference) => {
    const meant = reasonFor(difference);
    return meant === undefined ? difference : { ...difference, meant };
  });
}

type Specs = Record<'service' | 'network' | 'config' | 'secret', { Name: string }[]>;

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
    specs[object.kind].push(object.spec);
  }
  return specs;
}

/** What both sides say, in one spelling: by name, as the Engine stores it, without zero values. */
function canonical(specs: Specs): unknown {
  const services = (specs.service as ServiceSpec[]).map(asStored);
  return withoutZeros({
    service: byName(services),
    network: byName(specs.network),
    config: byName(specs.config),
    secret: byName(specs.secret),
  });
}

/** What the Engine fills in when it stores a service, and an order where Docker's client has none. */
function asStored(service: ServiceSpec): ServiceSpec {
  const { TaskTemplate: task, Mode: mode, UpdateConfig, RollbackConfig } = service;
  const container = task.ContainerSpec ?? {};
  task.Runtime ??= 'container';
  container.Isolation ??= 'default';
  if (mode?.Replicated) mode.Replicated.Replicas ??= 1;
  for (const config of [UpdateConfig, RollbackConfig]) {
    if (!config) continue;
    config.FailureAction ??= 'pause';
    config.Order ??= 'stop-first';
  }
  if (task.RestartPolicy) task.RestartPolicy.Condition ??= 'any';
  for (const secret of container.Secrets ?? []) secret.SecretID = '';
  for (const config of container.Configs ?? []) config.ConfigID = '';
  for (const list of [container.Secrets, container.Configs, service.EndpointSpec?.Ports]) {
    list?.sort(byText);
  }
  return service;
}

function byText(a: unknown, b: unknown): number {
  return textOf(a) < textOf(b) ? -1 : 1;
}

function textOf(value: unknown): string {
  return JSON.stringify(withoutZeros(value));
}

function byName(objects: { Name: string }[]): Record<string, unknown> {
  return Object.fromEntries(objects.map((object) => [object.Name, object]));
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

/** The faults of `docker stack deploy` that Skep does not share: it does what the file means. */
const meantDifferences: { reason: string; explains: (difference: Difference) => boolean }[] = [
  {
    reason: 'tmpfs of a service becomes a mount',
    explains: ({ path, skep, docker }) =>
      /\/Mounts\/[^/]+$/.test(path) && !docker && isObject(skep) && skep['Type'] === 'tmpfs',
  },
  {
    reason: 'oom_score_adj reaches the service',
    explains: ({ path, docker }) => path.endsWith('/OomScoreAdj') && docker === undefined,
  },
  {
    reason: 'a volume may have a name of one letter',
    explains: ({ path, skep, docker }) =>
      /\/Mounts\/[^/]+$/.test(path) &&
      (isDriveLetterMount(docker) || (docker === undefined && isOneLetterVolume(skep))),
  },
  {
    reason: 'a port published for tcp and for udp is published for both',
    explains: ({ path, docker }) => /\/Ports\/\d+$/.test(path) && docker === undefined,
  },
  {
    reason: 'variables within defaults are filled in',
    explains: ({ path, docker }) => path.includes('/Env/') && String(docker).includes('${'),
  },
];

function isDriveLetterMount(mount: unknown): boolean {
  return isObject(mount) && /^[a-z]:/.test(String(mount['Target']));
}

function isOneLetterVolume(mount: unknown): boolean {
  return (
    isObject(mount) &&
    mount['Type'] === 'volume' &&
    /^(st_[a-z]|[a-z].*)$/.test(String(mount['Source']))
  );
}

function reasonFor(difference: Difference): string | undefined {
  return meantDifferences.find(({ explains }) => explains(difference))?.reason;
}
