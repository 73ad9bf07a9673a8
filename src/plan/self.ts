import { lockName } from '../lease/lock-config.ts';
import type { World } from '../kinds/kind.ts';
import { blocked } from '../kinds/make-action.ts';
import { saysItIs } from '../kinds/ownership.ts';
import type { Service, ServiceSpec } from '../swarm/types.ts';
import type { Action, Write } from './action.ts';

/** The service Skep runs as, when it does. */
export function selfIn(world: World): Service | undefined {
  const { services, selfServiceId } = world.snapshot;
  return selfServiceId === undefined ? undefined : services.find(({ ID }) => ID === selfServiceId);
}

/** Skep does not saw off the branch it sits on: not its service, nor what that refers to, nor its way to the Engine. */
export function sparingSelf(action: Action, world: World): Action {
  if (action.kind === 'config' && action.name === lockName) return lockIsTaken(action);
  const self = selfIn(world);
  if (!self || action.action === 'blocked') return action;
  const harm = action.writes.map((write) => harmOf(write, action, self)).find(Boolean);
  if (harm === undefined) return action;
  return blocked(action, `Skep itself runs there: ${harm}`, {
    condition: 'SelfProtected',
    changes: action.changes,
  });
}

function lockIsTaken(action: Action): Action {
  return blocked(action, `Skep keeps its lease in ${lockName}. Give the config another name.`, {
    condition: 'SelfProtected',
  });
}

function harmOf(write: Write, action: Action, self: Service): string | undefined {
  switch (write.call) {
    case 'service.remove':
      return write.id === self.ID
        ? 'remove it by hand ("docker service rm") if it is to go.'
        : undefined;
    case 'network.remove':
    case 'config.remove':
    case 'secret.remove':
      return refersTo(self.Spec, write.id)
        ? `its service refers to the ${action.kind}, which therefore stays.`
        : undefined;
    case 'service.update':
      return write.id === self.ID ? harmOfUpdate(write.spec, action, self) : undefined;
    default:
      return undefined;
  }
}

function harmOfUpdate(next: ServiceSpec, action: Action, self: Service): string | undefined {
  if (!saysItIs(action.unit, self.Spec.Labels)) {
    return `its service belongs to no file of ${action.unit}. Name the service in the files differently, or deploy Skep as part of that stack.`;
  }
  if (next.Mode?.Replicated?.Replicas === 0) {
    return 'without a replica nothing would bring it back.';
  }
  if (engineSocket(self.Spec) && !engineSocket(next)) {
    return "without the Engine's socket it could do nothing any more. Keep the mount.";
  }
  const left = volumesOf(self.Spec).filter((volume) => !volumesOf(next).includes(volume));
  if (left.length > 0) {
    return `what it remembers may be in the volume ${left.join(', ')}. Keep the mount.`;
  }
  if (staysWithManagers(self.Spec) && !staysWithManagers(next)) {
    return 'away from the managers it could do nothing. Keep the constraint on node.role.';
  }
  return undefined;
}

function volumesOf({ TaskTemplate }: ServiceSpec): string[] {
  const mounts = TaskTemplate.ContainerSpec?.Mounts ?? [];
  return mounts.flatMap(({ Type, Source }) => (Type === 'volume' && Source ? [Source] : []));
}

function staysWithManagers({ TaskTemplate }: ServiceSpec): boolean {
  const constraints = TaskTemplate.Placement?.Constraints ?? [];
  return constraints.some((one) => /^\s*node\.role\s*==\s*manager\s*$/.test(one));
}

function engineSocket({ TaskTemplate }: ServiceSpec): boolean {
  const mounts = TaskTemplate.ContainerSpec?.Mounts ?? [];
  return mounts.some(({ Source }) => Source?.endsWith('docker.sock'));
}

function refersTo({ TaskTemplate }: ServiceSpec, id: string): boolean {
  const { Networks: networks = [], ContainerSpec: container } = TaskTemplate;
  return (
    networks.some(({ Target }) => Target === id) ||
    (container?.Configs ?? []).some(({ ConfigID }) => ConfigID === id) ||
    (container?.Secrets ?? []).some(({ SecretID }) => SecretID === id)
  );
}
