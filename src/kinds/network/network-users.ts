import type { Snapshot } from '../../swarm/snapshot.ts';
import type { Network, NetworkAttachment, Service, ServiceSpec, Task } from '../../swarm/types.ts';
import { isLive } from '../live-tasks.ts';

/**
 * Who keeps a network from going, as `service shop_web`. The Engine lets it go as soon as the tasks are told to stop;
 * but containers that still run then leave a ghost of it on their node, so tasks count until they have stopped.
 * https://github.com/moby/swarmkit/issues/2726
 */
export function usersOf(network: Network, snapshot: Snapshot): string[] {
  const attached = servicesOn(network, snapshot);
  const named = new Set(attached.map((service) => service.ID));
  const live = snapshot.tasks
    .filter((task) => isLive(task, snapshot.nodes) && !named.has(task.ServiceID ?? ''))
    .filter((task) => isAttached(task, network));
  return [
    ...attached.map((service) => `service ${service.Spec.Name}`),
    ...live.map((task) => `task ${task.ID}, still ${task.Status.State}`),
  ];
}

/** Services whose present spec has the network, by name: the Engine's order changes. */
export function servicesOn(network: Network, { services }: Snapshot): Service[] {
  return services
    .filter(({ Spec }) => attachmentsOf(Spec).some(({ Target }) => isThis(network)(Target)))
    .toSorted((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1));
}

/** Also those in the place where old services have them. */
export function attachmentsOf(spec: ServiceSpec): NetworkAttachment[] {
  return [...(spec.TaskTemplate.Networks ?? []), ...(spec.Networks ?? [])];
}

function isThis(network: Network): (target: string) => boolean {
  return (target) => target === network.Id || target === network.Name;
}

function isAttached(task: Task, network: Network): boolean {
  const attachments = task.NetworksAttachments ?? [];
  const wanted = task.Spec.Networks ?? [];
  return (
    attachments.some((attachment) => attachment.Network.ID === network.Id) ||
    wanted.some(({ Target }) => isThis(network)(Target))
  );
}
