import type {
  ContainerSpec,
  Mount,
  NetworkAttachment,
  PortConfig,
  ServiceSpec,
  UpdateConfig,
} from '../../src/swarm/types.ts';
import { idOf } from './world.ts';

/**
 * What an Engine lists after it was sent a spec: defaults it fills in, values it drops, names it resolves. As Engine
 * 20.10 does; https://github.com/moby/moby/tree/master/daemon/cluster/convert
 */
export function engineStores(sent: ServiceSpec): ServiceSpec {
  const spec = structuredClone(sent);
  spec.Labels ??= {};
  spec.Mode = modeStored(spec.Mode);
  const task = spec.TaskTemplate;
  task.ForceUpdate ??= 0;
  task.Runtime ??= 'container';
  if (task.Networks) task.Networks = task.Networks.map(attachmentStored);
  if (task.RestartPolicy) {
    task.RestartPolicy.Condition ||= 'any';
    task.RestartPolicy.MaxAttempts ??= 0;
  }
  if (task.ContainerSpec) task.ContainerSpec = containerStored(task.ContainerSpec);
  if (spec.UpdateConfig) spec.UpdateConfig = rolloutStored(spec.UpdateConfig);
  if (spec.RollbackConfig) spec.RollbackConfig = rolloutStored(spec.RollbackConfig);
  if (spec.EndpointSpec) {
    spec.EndpointSpec.Mode ||= 'vip';
    if (spec.EndpointSpec.Ports) spec.EndpointSpec.Ports = spec.EndpointSpec.Ports.map(portStored);
  }
  return spec;
}

function modeStored(mode: ServiceSpec['Mode'] = {}): NonNullable<ServiceSpec['Mode']> {
  if (mode.Replicated) return { Replicated: { Replicas: mode.Replicated.Replicas ?? 1 } };
  return Object.keys(mode).length === 0 ? { Replicated: { Replicas: 1 } } : mode;
}

function attachmentStored(attachment: NetworkAttachment): NetworkAttachment {
  const { Aliases, Target, ...rest } = attachment;
  const id = /^[0-9a-z]{25}$/.test(Target) ? Target : idOf(Target);
  return { ...rest, Target: id, ...(Aliases?.length && { Aliases }) };
}

function rolloutStored(config: UpdateConfig): UpdateConfig {
  const { Monitor, ...rest } = config;
  return {
    ...rest,
    Parallelism: config.Parallelism ?? 0,
    FailureAction: config.FailureAction || 'pause',
    Order: config.Order || 'stop-first',
    MaxFailureRatio: Math.fround(config.MaxFailureRatio ?? 0),
    ...(Monitor && { Monitor }),
  };
}

function portStored({ PublishedPort, ...port }: PortConfig): PortConfig {
  return {
    ...port,
    Protocol: port.Protocol || 'tcp',
    PublishMode: port.PublishMode || 'ingress',
    ...(PublishedPort && { PublishedPort }),
  };
}

/** Strings, lists, maps and flags that are empty are not stored; messages that are, are. */
function containerStored(container: ContainerSpec): ContainerSpec {
  const stored = Object.entries(container).filter(([key, value]) => {
    if (key === 'Init' || key === 'StopGracePeriod') return value !== undefined;
    if (['Healthcheck', 'DNSConfig', 'Privileges'].includes(key)) return true;
    if (Array.isArray(value)) return value.length > 0;
    if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
    return Boolean(value);
  });
  const next: ContainerSpec = Object.fromEntries(stored);
  next.Isolation = container.Isolation || 'default';
  if (next.Mounts) next.Mounts = next.Mounts.map(mountStored);
  for (const secret of next.Secrets ?? []) secret.SecretID ||= idOf(secret.SecretName);
  for (const config of next.Configs ?? []) config.ConfigID ||= idOf(config.ConfigName);
  return next;
}

function mountStored({ BindOptions = {}, ...mount }: Mount): Mount {
  const bind = { ...BindOptions };
  delete bind.CreateMountpoint;
  delete mount.Consistency;
  if (bind.NonRecursive) bind.Propagation ||= 'rprivate';
  return {
    ...mount,
    Type: mount.Type || 'bind',
    ...(Object.keys(bind).length > 0 && { BindOptions: bind }),
  };
}
